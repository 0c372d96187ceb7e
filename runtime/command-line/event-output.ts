import type { AlertEvent } from '../../rules/alert-event.js';
import type { Rule } from '../../rules/rule.js';
import { isPending } from '../replay/replay.js';
import { Story } from '../replay/story/story.js';
import type { Io } from './command.js';
import { openTextFile, type TextFile, TextOutput } from './text-output.js';

export interface EventOutputOptions {
  /** Where the events go; `null`: to stdout. */
  readonly output: string | null;
  /** `as fits`: a story on a terminal, NDJSON for programs. */
  readonly form: 'story' | 'ndjson' | 'as fits';
  /** Also events that are hidden otherwise. */
  readonly pending: boolean;
}

/** Where the events of a replay go: as NDJSON to a file or a program, as a story to a person. */
export class EventOutput {
  /** What happened, for a person; `null`: nobody wants to be told. */
  readonly story: Story | null;
  readonly #text: TextOutput | null;
  readonly #file: TextFile | null;
  readonly #pending: boolean;
  readonly #shown = new Set<string>();

  private constructor(
    { pending }: EventOutputOptions,
    parts: { story: Story | null; text: TextOutput | null; file: TextFile | null },
  ) {
    this.#pending = pending;
    this.story = parts.story;
    this.#text = parts.text;
    this.#file = parts.file;
  }

  /** @throws {CannotRun} the file cannot be written */
  static async open(options: EventOutputOptions, io: Io): Promise<EventOutput> {
    const { output, form } = options;
    const tells = form === 'story' || (form === 'as fits' && io.stdout.isTTY === true);
    const file = output === null ? null : await openTextFile(output);
    const text = file !== null ? file.output : tells ? null : TextOutput.to(io.stdout);
    return new EventOutput(options, { story: tells ? new Story() : null, text, file });
  }

  /** Events of these rules are shown. */
  show(rules: readonly Rule[]): void {
    for (const { id } of rules) this.#shown.add(id);
    this.story?.know(rules);
  }

  take(events: readonly AlertEvent[]): void {
    for (const event of events) {
      if (!this.#shown.has(event.rule)) continue;
      this.story?.add(event);
      if (this.#pending || !isPending(event)) this.#text?.add(`${JSON.stringify(event)}\n`);
    }
  }

  /** Waits where the reader is slower. */
  async breathe(): Promise<void> {
    if (this.#text?.isFull === true) await this.#text.flush();
  }

  async flush(): Promise<void> {
    await this.#text?.flush();
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}
