import type { TrainingProgress } from '../../models/scorer.js';
import type { TrainingReport } from '../models/train-model.js';
import { spanText } from '../replay/story/span-text.js';
import { formatTime } from '../replay/time-text.js';
import type { OutputStream } from './command.js';
import { counted } from './text-layout.js';

const CLEAR_LINE = '\r\u001b[K';
/** Earlier nobody can tell. */
const TELLING_MS = 1_000;

const STAGES: Readonly<Record<TrainingProgress['stage'], string>> = {
  features: 'features of rows',
  fit: 'trees',
  validate: 'rows held out',
  calibrate: 'machines',
};

/** One line on stderr that says how far a training is; on a terminal only, and gone at the end. */
export class TrainingLine {
  readonly #stream: OutputStream;
  /** Where the stage began, to tell from its pace when it will end. */
  #begun: {
    readonly stage: string;
    readonly total: number;
    readonly done: number;
    readonly at: number;
  } | null = null;
  #isShown = false;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  update(report: TrainingReport): void {
    if (this.#stream.isTTY !== true) return;
    this.#isShown = true;
    this.#stream.write(CLEAR_LINE + this.#text(report, performance.now()));
  }

  clear(): void {
    if (this.#isShown) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  }

  #text(report: TrainingReport, now: number): string {
    if (report.stage === 'read') {
      const { messages, rows, time } = report;
      return `${counted(messages, 'message')} read, ${counted(rows, 'row')}, at ${formatTime(time)}`;
    }
    const { stage, done, total } = report;
    if (this.#begun?.stage !== stage || this.#begun.total !== total || this.#begun.done > done)
      this.#begun = { stage, total, done, at: now };
    const text = `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${STAGES[stage]}`;
    const spent = now - this.#begun.at;
    const gained = done - this.#begun.done;
    if (spent < TELLING_MS || gained === 0) return text;
    return `${text}, ${spanText(Math.ceil(((total - done) * spent) / gained / 1000) * 1000)} left`;
  }
}
