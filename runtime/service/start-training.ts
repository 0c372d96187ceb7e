import { resolve } from 'node:path';
import type { Clock } from '../clock.js';
import { historySettings } from '../history/history-settings.js';
import type { JobDesk } from '../jobs/job-desk.js';
import type { Jobs } from '../jobs/job-list.js';
import { keptVersion } from '../models/kept-version.js';
import { HISTORY_MS } from '../models/learnt-of.js';
import { ModelStore } from '../models/model-store.js';
import { TRAINING_JOB } from '../models/training-limits.js';
import type { SiteWatch } from '../reload/site-watch.js';
import type { Configuration } from '../site/configuration.js';
import type { LedgerQueries } from '../storage/store.js';
import type { Log } from './log.js';
import { ScheduledTraining } from './scheduled-training.js';
import type { SiteChanges } from './site-changes.js';
import type { SystemReporter } from './system-reporter.js';

export interface TrainingParts {
  /** The site's. */
  readonly folder: string;
  /** As it was read, and as it is run. */
  readonly started: Configuration;
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly jobs: Pick<JobDesk<Jobs>, 'run'>;
  readonly queries: Pick<LedgerQueries, 'marks'>;
  readonly changes: SiteChanges;
  readonly watch: SiteWatch;
  readonly system: SystemReporter;
  readonly log: Log;
}

/**
 * Trains models by their schedules from here on. `null`: this is a simulation, which has made-up data, and shares its models
 * with the site.
 */
export function startTraining(parts: TrainingParts): ScheduledTraining | null {
  const { folder, started, configuration, clock, jobs, queries, changes, watch, system, log } = parts;
  if (started.dataFolder !== configuration.dataFolder) return null;
  const dataFolder = resolve(folder, started.dataFolder);
  const store = new ModelStore(dataFolder);
  const training = new ScheduledTraining({
    clock,
    timezone: () => changes.configuration.timezone,
    models: () => changes.site.inForce.rules.loaded.models,
    files: () => changes.site.planFiles,
    train: async ({ id, train }, signal) => {
      const from = clock.wall() - (train.historyMs ?? HISTORY_MS);
      const settings = historySettings(changes.configuration);
      const input = {
        folder,
        model: id,
        source: { kind: 'history' as const, dataFolder, settings, from },
        labels: null,
        marks: await queries.marks(),
        seed: null,
        lockFolder: store.folder,
      };
      const result = await jobs.run('train', input, { ...TRAINING_JOB, signal });
      return keptVersion(store, { model: id, result, isForced: false });
    },
    takeUp: () => watch.look(),
    system,
    log,
  });
  training.start();
  return training;
}
