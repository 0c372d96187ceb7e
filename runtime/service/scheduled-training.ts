import type { SourceFile } from '../../rules/format/document.js';
import type { ModelDeclaration } from '../../rules/format/model-format.js';
import type { Clock } from '../clock.js';
import { ACTIVATION_FILE, readActivation } from '../models/activation.js';
import { ARTEFACTS } from '../models/artefact-shelf.js';
import { nextCronTime } from '../models/cron-schedule.js';
import type { TrainingOutcome } from '../models/kept-version.js';
import { staleFromOf } from '../models/learnt-of.js';
import { formatTime } from '../replay/time-text.js';
import { every } from './every.js';
import type { Log } from './log.js';
import type { SystemReporter } from './system-reporter.js';

/** Finer than the finest schedule, which has minutes. */
const LOOK_MS = 20_000;

export interface ScheduledTrainingParts {
  readonly clock: Clock;
  readonly timezone: () => string;
  /** Those in force, and the files that say which versions are. */
  readonly models: () => readonly ModelDeclaration[];
  readonly files: () => readonly SourceFile[];
  readonly train: (model: ModelDeclaration, signal: AbortSignal) => Promise<TrainingOutcome>;
  /** Another version is in force. */
  readonly takeUp: () => Promise<unknown>;
  readonly system: Pick<SystemReporter, 'raise' | 'resolve' | 'alerts'>;
  readonly log: Log;
}

interface Due {
  readonly schedule: string;
  readonly timezone: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Trains models when their schedules say so, one at a time, and tells people where that does not keep them up to date. */
export class ScheduledTraining {
  readonly #parts: ScheduledTrainingParts;
  readonly #due = new Map<string, Due>();
  /** Ids of models, in the order in which they became due. */
  readonly #waiting = new Set<string>();
  /** Whose last training came to nothing, and why. */
  readonly #failed = new Map<string, string>();
  readonly #stop = new AbortController();
  #working: Promise<void> | null = null;
  #endLooking: () => void = () => undefined;

  constructor(parts: ScheduledTrainingParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#endLooking = every(this.#parts.clock, LOOK_MS, () => this.look());
    this.look();
  }

  /** Ends what is under way, and changes nothing. */
  async stop(): Promise<void> {
    this.#endLooking();
    this.#stop.abort();
    await this.#working;
  }

  look(): void {
    const now = this.#parts.clock.wall();
    const scheduled = this.#parts.models().filter(({ train }) => train.schedule !== null);
    for (const model of scheduled) this.#lookAt(model, now);
    this.#report(scheduled, now);
    if (this.#waiting.size > 0 && !this.#stop.signal.aborted)
      this.#working ??= this.#work().finally(() => {
        this.#working = null;
      });
  }

  #lookAt({ id, train }: ModelDeclaration, now: number): void {
    const schedule = train.schedule ?? '';
    const timezone = this.#parts.timezone();
    const due = this.#due.get(id);
    const isSame = due?.schedule === schedule && due.timezone === timezone;
    if (isSame && now < due.at) return;
    if (isSame) this.#waiting.add(id);
    this.#due.set(id, { schedule, timezone, at: nextCronTime(schedule, timezone, now) });
  }

  async #work(): Promise<void> {
    for (const id of this.#waiting) {
      this.#waiting.delete(id);
      const model = this.#parts.models().find((one) => one.id === id);
      if (model !== undefined) await this.#train(model);
      if (this.#stop.signal.aborted) return;
    }
  }

  async #train(model: ModelDeclaration): Promise<void> {
    const { train, takeUp, log, clock } = this.#parts;
    const { id } = model;
    log.info(`training ${id}, as scheduled`);
    try {
      const outcome = await train(model, this.#stop.signal);
      if (outcome.kind === 'refused') this.#failed.set(id, outcome.reason);
      else {
        this.#failed.delete(id);
        log.info(told(id, outcome));
        if (outcome.isActive) await takeUp();
      }
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#failed.set(id, error instanceof Error ? error.message : String(error));
    }
    const reason = this.#failed.get(id);
    if (reason !== undefined) log.warn(`training ${id} came to nothing: ${reason}`);
    this.#report([model], clock.wall());
  }

  /** Tells people of models that are not kept up to date, and that they are again. */
  #report(models: readonly ModelDeclaration[], now: number): void {
    const { system, files } = this.#parts;
    const { active } = readActivation(files().find(({ path }) => path === ACTIVATION_FILE));
    for (const model of models) {
      const { id } = model;
      const alert = { id: 'model-stale', labels: { model: id } } as const;
      const until = ARTEFACTS.get(active.get(id)?.hash ?? '')?.document.data.until ?? null;
      const failure = this.#failed.get(id);
      if (failure !== undefined)
        system.raise({ ...alert, message: `${id} was to be trained, and was not: ${failure}` });
      else if (until !== null && now >= staleFromOf(model, until))
        system.raise({ ...alert, message: `${id} has learnt from nothing since ${formatTime(until)}` });
      else system.resolve({ ...alert, message: `${id} is up to date` });
    }
    for (const labels of system.alerts.openOf('model-stale')) {
      const isThere = this.#parts
        .models()
        .some(({ id, train }) => id === labels['model'] && train.schedule !== null);
      if (!isThere)
        system.resolve({
          id: 'model-stale',
          labels,
          message: `${labels['model']} is not trained by a schedule`,
        });
    }
  }
}

function told(
  id: string,
  { version, isActive, isNew }: Extract<TrainingOutcome, { kind: 'trained' }>,
): string {
  if (!isNew) return `${id} has learnt nothing new: it stays at version ${version}`;
  return isActive
    ? `version ${version} of ${id} is in force`
    : `version ${version} of ${id} is worse than the one in force, which stays`;
}
