import { isNamedBy } from '../../rules/supply.js';
import type { Clock } from '../clock.js';
import type { MarkOutcome } from '../control/control-target.js';
import type { Ledger } from '../storage/ledger.js';
import type { NotedMark, StoredMark } from '../storage/mark-table.js';
import type { LedgerQueries } from '../storage/store.js';
import type { Evaluation } from './evaluation.js';

/** Clocks of people differ. */
const AHEAD_MS = 60_000;
/** Older marks say nothing of the life that a machine leads now: only trainings learn of them. */
const RECENT_MS = 24 * 3_600_000;

export interface MarksParts {
  readonly ledger: Ledger;
  readonly queries: LedgerQueries;
  readonly evaluation: Evaluation;
  readonly clock: Clock;
}

/** Takes down what people note of machines, and tells the models that score them. */
export class Marks {
  readonly #parts: MarksParts;

  constructor(parts: MarksParts) {
    this.#parts = parts;
  }

  all(): Promise<readonly StoredMark[]> {
    return this.#parts.queries.marks();
  }

  /** Resolves when it can no longer be lost. */
  async add(mark: NotedMark): Promise<MarkOutcome> {
    const { ledger, evaluation, clock } = this.#parts;
    const now = clock.wall();
    if (mark.time > now + AHEAD_MS) return { kind: 'refused', reason: 'that is in the future' };
    const stored = ledger.mark({ kind: 'add', mark });
    const isRecent = mark.time >= now - RECENT_MS;
    const { event, labels } = mark;
    if (isRecent) await evaluation.pipeline.command({ kind: 'mark', event, labels });
    await stored;
    return { kind: 'done', told: isRecent ? this.#named(labels) : 0 };
  }

  /** Whether there was such a mark. What a scorer was told it does not forget. */
  async remove(number: number): Promise<boolean> {
    const isThere = (await this.all()).some((mark) => mark.number === number);
    if (isThere) await this.#parts.ledger.mark({ kind: 'remove', number });
    return isThere;
  }

  /** How many instances of models. */
  #named(labels: NotedMark['labels']): number {
    const { engine, plan } = this.#parts.evaluation;
    return (plan.models ?? [])
      .flatMap(({ id }) => engine.rows('model', id))
      .filter((row) => isNamedBy(labels, row.labels)).length;
  }
}
