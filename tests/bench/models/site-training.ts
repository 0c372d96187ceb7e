import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../../rules/engine.js';
import type { SourceFile } from '../../../rules/format/document.js';
import { ACTIVATION_FILE } from '../../../runtime/models/activation.js';
import type { ArtefactMetric } from '../../../runtime/models/artefact-document.js';
import { ARTEFACTS } from '../../../runtime/models/artefact-shelf.js';
import type { Label } from '../../../runtime/models/labels.js';
import { trainModel } from '../../../runtime/models/train-model.js';
import type { RecordedMessage } from '../../../runtime/replay/recorded-message.js';
import { cpuSeconds } from './cpu-seconds.js';
import { MODEL_ID, type ModelSource, modelFile, planWith } from './site-scores.js';

/** A site with one model, which has learnt from recorded messages. */
export interface TrainedSite {
  readonly plan: Plan;
  /** On what the training itself held out. */
  readonly metrics: readonly ArtefactMetric[];
  /** Of CPU time, reading included. */
  readonly seconds: number;
  readonly artefactBytes: number;
}

export interface LearntFrom {
  readonly messages: Iterable<RecordedMessage>;
  /** When which instance failed. */
  readonly failures: readonly { readonly time: number; readonly labels: Readonly<Record<string, string>> }[];
}

/** Throws if the training is refused: then the benchmark means nothing. */
export async function trainedSite(model: ModelSource, from: LearntFrom): Promise<TrainedSite> {
  const trained = await tryTraining(model, from);
  if ('refused' in trained) throw new Error(trained.refused);
  return trained;
}

/**
 * Trains the model of a site as `tocsin train MODEL --input FILE` does, with the defaults of its kind, and puts the version in
 * force.
 */
export async function tryTraining(
  model: ModelSource,
  { messages, failures }: LearntFrom,
): Promise<TrainedSite | { readonly refused: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    const input = join(folder, 'messages.ndjson');
    const lines = Array.from(messages, ({ time, topic, payload }) =>
      JSON.stringify({ time, topic, payload }),
    );
    writeFileSync(input, `${lines.join('\n')}\n`);
    const files: SourceFile[] = [modelFile(model)];
    for (const { path, text } of [{ path: 'tocsin.json', text: '{}' }, ...files]) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const marks = failures.map(({ time, labels }): Label => ({ time, event: 'failure', labels }));
    const before = cpuSeconds();
    const source = { kind: 'file', input, topic: null, timeColumn: 'time' } as const;
    const trained = await trainModel(
      { folder, model: MODEL_ID, seed: null, source, labels: null, marks },
      () => undefined,
    );
    const seconds = cpuSeconds() - before;
    if (trained.kind === 'refused') return { refused: trained.reason };
    ARTEFACTS.put(trained.text);
    const active = { [MODEL_ID]: { version: 1, hash: trained.hash, before: [] } };
    const plan = await planWith([...files, { path: ACTIVATION_FILE, text: JSON.stringify(active) }]);
    return { plan, metrics: trained.metrics, seconds, artefactBytes: trained.text.length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
