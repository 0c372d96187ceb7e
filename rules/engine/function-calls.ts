import type { CustomFunction } from '../custom-function.js';
import type { FailedFunction } from '../engine.js';
import type { ScalarClosure } from '../expressions/compile-expression.js';
import type { Scalar } from '../reading.js';
import type { Moment } from './moment.js';
import type { StateBytes } from './state-bytes.js';
import type { StateBytesReader } from './state-bytes-reader.js';

/** Longer texts are taken for a mistake, and are unknown. */
const TEXT_MAX = 1000;

interface Failure extends FailedFunction {
  /** The step in which it threw. */
  readonly step: number;
}

/**
 * Calls of the site's functions. One that throws gives nothing any more from the next step on: what others call it for in
 * the same step does not depend on who comes first. It works again when its text is another.
 */
export class FunctionCalls {
  /** By digest. */
  readonly #failures = new Map<string, Failure>();

  constructor(private readonly moment: Moment) {}

  /** Unknown in, unknown out. */
  closure(called: CustomFunction, args: readonly ScalarClosure[]): ScalarClosure {
    return (slots) => {
      if (this.#failures.size > 0 && this.#isOff(called)) return undefined;
      const values: Scalar[] = [];
      for (const arg of args) {
        const value = arg(slots);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return this.#call(called, values);
    };
  }

  /** Those that threw, by name. */
  get failed(): readonly FailedFunction[] {
    return [...this.#failures.values()]
      .map(({ name, message, time }) => ({ name, message, time }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Forgets those that no rule calls any more: their text is another, or they are gone. */
  keepOnly(used: Iterable<CustomFunction>): void {
    const digests = new Set([...used].map(({ digest }) => digest));
    for (const digest of this.#failures.keys()) if (!digests.has(digest)) this.#failures.delete(digest);
  }

  /** What threw in another engine, which has seen the past of some of the rules. */
  takeOver(other: FunctionCalls): void {
    for (const [digest, failure] of other.#failures) {
      if (!this.#failures.has(digest)) this.#failures.set(digest, { ...failure, step: this.moment.step - 1 });
    }
  }

  #isOff({ digest }: CustomFunction): boolean {
    const failure = this.#failures.get(digest);
    return failure !== undefined && failure.step < this.moment.step;
  }

  #call(called: CustomFunction, values: readonly Scalar[]): Scalar | undefined {
    try {
      return known(called.call(...values));
    } catch (error) {
      this.#fail(called, error);
      return undefined;
    }
  }

  #fail({ name, digest }: CustomFunction, error: unknown): void {
    if (this.#failures.has(digest)) return;
    const { now: time, step } = this.moment;
    this.#failures.set(digest, { name, message: messageOf(error), time, step });
  }

  save(writer: StateBytes): void {
    for (const [digest, { name, message, time, step }] of this.#failures)
      writer.text(digest).text(name).text(message).number(time).number(step);
  }

  load(reader: StateBytesReader): void {
    while (!reader.isAtEnd) {
      const digest = reader.text();
      const [name, message] = [reader.text(), reader.text()];
      this.#failures.set(digest, { name, message, time: reader.number(), step: reader.number() });
    }
  }
}

function known(result: unknown): Scalar | undefined {
  if (typeof result === 'number') return Number.isFinite(result) ? result : undefined;
  if (typeof result === 'string') return result.length <= TEXT_MAX ? result : undefined;
  return typeof result === 'boolean' ? result : undefined;
}

/** An error of another realm is no `Error` of this one, and anything can be thrown: also what cannot be made a text. */
function messageOf(error: unknown): string {
  try {
    const isError = typeof error === 'object' && error !== null && 'message' in error;
    return String(isError ? error.message : error).slice(0, 200);
  } catch {
    return 'something that is no text';
  }
}
