import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import type { NotifierSettings } from '../delivery/notifier.js';
import { type Fold, SettingRun } from './setting-run.js';
import type { Setting } from './sweep-axis.js';
import type { SettingPlan, SweepPlan } from './sweep-plan.js';
import { type SweepReport, sweepReport } from './sweep-report.js';

/** A setting that runs; the rules as they are have none. */
export interface RunningSetting {
  readonly setting: Setting;
  readonly plan: Extract<SettingPlan, { kind: 'possible' }>['plan'];
}

export interface SettingRunsOptions<Input> {
  readonly plan: SweepPlan;
  /** An alarm that is over sooner is short. */
  readonly shortMs: number;
  /** Who would be told, without the rules; `null`: not known. */
  readonly configuration: NotifierSettings['configuration'] | null;
  /** @param running `null`: the rules as they are */
  readonly foldFor: (running: RunningSetting | null) => Fold<Input>;
}

/** What the recording was, at its end. */
export interface RecordingFacts {
  readonly messages: number;
  /** Epoch ms as printed; `null`: there was no message. */
  readonly from: number | null;
  /** Asked when all time has passed. */
  readonly to: () => number;
}

/** There is no memory left for so many settings. */
export class TooManySettings extends Error {}

const HEAP_SHARE_MAX = 0.85;

/** All settings at once over one recording, which is read once. */
export class SettingRuns<Input> {
  readonly #options: SettingRunsOptions<Input>;
  readonly #written: SettingRun<Input>;
  /** By variant. */
  readonly #runs = new Map<number, SettingRun<Input>>();

  constructor(options: SettingRunsOptions<Input>) {
    this.#options = options;
    this.#written = this.#started(null);
    for (const [index, { setting, isWritten, plan }] of options.plan.variants.entries()) {
      if (isWritten || plan.kind === 'impossible') continue;
      this.#runs.set(index, this.#started({ setting, plan: plan.plan }));
    }
  }

  /**
   * Each setting takes all of these before the next one does: what it works with is still at hand.
   *
   * @throws {TooManySettings}
   */
  async take(inputs: readonly Input[]): Promise<void> {
    this.#written.take(inputs);
    for (const run of this.#runs.values()) run.take(inputs);
    refuseFullHeap();
    await setImmediate();
  }

  finish({ messages, from, to }: RecordingFacts): SweepReport {
    const { plan, shortMs } = this.#options;
    this.#written.finish(to);
    for (const run of this.#runs.values()) run.finish(to);
    return sweepReport({ plan, written: this.#written, runs: this.#runs, messages, from, to: to(), shortMs });
  }

  #started(running: RunningSetting | null): SettingRun<Input> {
    const { plan, configuration, foldFor } = this.#options;
    const { rules } = running?.plan ?? plan.written;
    return new SettingRun({
      fold: foldFor(running),
      watched: plan.watched,
      notifier: configuration === null ? null : { rules, configuration },
    });
  }
}

function refuseFullHeap(): void {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  if (used > limit * HEAP_SHARE_MAX) {
    throw new TooManySettings('so many settings need more memory than there is: sweep fewer values at once');
  }
}
