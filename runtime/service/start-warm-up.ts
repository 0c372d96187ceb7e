import { historySettings } from '../history/history-settings.js';
import type { JobDesk } from '../jobs/job-desk.js';
import type { Jobs } from '../jobs/job-list.js';
import type { Configuration } from '../site/configuration.js';
import type { Ledger } from '../storage/ledger.js';
import { type InForce, WarmUp } from '../warm-up/warm-up.js';
import type { Log } from './log.js';
import type { Pipeline } from './pipeline.js';
import type { SystemReporter } from './system-reporter.js';

export interface WarmUpParts {
  /** What the engine runs. */
  readonly running: InForce;
  readonly pipeline: Pipeline;
  readonly ledger: Ledger;
  readonly jobs: Pick<JobDesk<Jobs>, 'run'>;
  readonly dataFolder: string;
  /** As it is now. */
  readonly configuration: () => Configuration;
  readonly engineClock: { now(): number };
  readonly system: Pick<SystemReporter, 'tell'>;
  readonly log: Log;
}

/** A minute's work on a small computer, for which new rules wait. */
const READINGS_MAX = 5_000_000;
/** Beside what it reads at a time, the state of the rules. */
const HEAP_MEGABYTES = 512;
/** Rules wait no longer for the past than this. */
const TIMEOUT_MS = 15 * 60_000;

/** Puts changed rules in force as the service runs them: warmed up in a process of their own. */
export function startWarmUp(parts: WarmUpParts): WarmUp {
  const { running, pipeline, ledger, jobs, dataFolder, configuration, engineClock, system, log } = parts;
  return new WarmUp({
    running,
    host: pipeline,
    ledger,
    fold: (input, signal) =>
      jobs.run('warm-up', input, { signal, heapMegabytes: HEAP_MEGABYTES, timeoutMs: TIMEOUT_MS }),
    past: () => {
      const { warmUpMs } = configuration().history;
      if (warmUpMs === 0) return null;
      return {
        dataFolder,
        history: historySettings(configuration()),
        graces: configuration().payloads.map(({ topic, graceMs }) => ({ topic, graceMs })),
        from: engineClock.now() - warmUpMs,
        readingsMax: READINGS_MAX,
      };
    },
    soon: setImmediate,
    onWarm: (units, messages) =>
      log.info(`${units.join(', ')} in force, after ${messages} messages of the past`),
    onFailed: (units, reason) => {
      const message = `${units.join(', ')} begin without having seen the past: ${reason}`;
      log.warn(message);
      system.tell({ id: 'warm-up', labels: {}, message });
    },
  });
}
