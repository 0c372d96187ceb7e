import type { LedgerStoreOptions } from '../../../runtime/storage/ledger-store.js';
import { RETENTION } from '../../../runtime/storage/retention.js';
import { StoredSite } from '../../runtime/storage/stored-site.js';
import { plantStory, type Step } from './plant-story.js';

/** So little is kept that something goes all the time. */
export const LITTLE: LedgerStoreOptions = {
  retention: { ...RETENTION, journalBytes: 200_000, deliveredRows: 10, episodeRows: 5 },
  reserveBytes: 2 << 20,
};

export interface Play {
  readonly folder: string;
  readonly seed: number;
  readonly steps: number;
  /** The first step that is done; those before it are in the folder. */
  readonly from: number;
  /** `begun 7`, and `done 7` as soon as it would be acknowledged. */
  readonly say: (text: string) => void;
}

/** Starts on a folder, does what the story says, and stops. */
export function playStory({ folder, seed, steps, from, say }: Play): void {
  const story = plantStory(seed, steps);
  let at = from;
  const onStored = () => say(`done ${at}`);
  const start = () => new StoredSite(folder, { ...LITTLE, onStored });
  let site = start();
  let snapshot = site.found.next.snapshot;
  site.tail();
  for (; at < story.length; at++) {
    const step = story[at]?.step;
    if (step === undefined) return;
    say(`begun ${at}`);
    if (step.kind === 'restart') {
      site.store.close(true);
      site = start();
      site.tail();
    } else {
      doStep(site, step, snapshot);
      if (step.kind === 'snapshot') snapshot += 1;
    }
    say(`done ${at}`);
  }
  site.store.close(true);
}

function doStep(site: StoredSite, step: Exclude<Step, { kind: 'restart' }>, snapshot: number): void {
  switch (step.kind) {
    case 'commit':
      site.commit(step.entry);
      return;
    case 'progress':
      site.progress(step.id, step.progress);
      return;
    case 'snapshot':
      site.snapshot(step.data, snapshot);
      return;
    case 'files':
      site.files(step.files);
      return;
    case 'maintain':
      site.store.maintain();
      return;
    case 'reopen':
      site.reopen();
      return;
  }
}
