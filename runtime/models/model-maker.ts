import { createHash } from 'node:crypto';
import type { ModelKind, ScorerSetup } from '../../models/model-kind.js';
import type { OutputShape, Scorer } from '../../models/scorer.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { MadeModel, ModelDeclaration, ModelMaker } from '../../rules/format/model-format.js';
import type { Model, RowScorer } from '../../rules/supply.js';
import { type Activation, NOTHING_ACTIVE } from './activation.js';
import { cronProblem } from './cron-schedule.js';
import { learntOf } from './learnt-of.js';
import { findModelFile, readModelFileOnce } from './model-file.js';
import { ModelRowScorer } from './model-row-scorer.js';

export interface MakerOptions {
  readonly kinds: readonly ModelKind[];
  /** Of the site: where models are that were made elsewhere (none). */
  readonly files?: readonly SourceFile[];
  /** Which artefacts are in force; by default none is. */
  readonly activation?: Activation;
  /** Stands around each scorer: for those who want to see every row and what is made of it. */
  readonly around?: (scorer: RowScorer, instance: ScoredInstance) => RowScorer;
}

export interface ScoredInstance {
  readonly model: string;
  /** In `groupBy` order. */
  readonly labelValues: readonly string[];
}

/** Makes models of what model files declare, and of what they have learnt. */
export function modelMaker(options: MakerOptions): ModelMaker {
  const { kinds, activation = NOTHING_ACTIVE } = options;
  return {
    kinds,
    make(declaration) {
      const kind = kinds.find(({ name }) => name === declaration.kind);
      if (kind === undefined) throw new Error(`there is no kind ${declaration.kind}`);
      const problem = cronProblem(declaration.train.schedule ?? '* * * * *');
      if (problem !== null) {
        const message = `is no time that cron knows: ${problem}.`;
        return { kind: 'refused', problems: [{ path: ['train', 'schedule'], message }] };
      }
      if (kind.source === 'file') return madeOfFile(kind, declaration, options);
      const learnt = learntOf(kind, declaration, activation.active.get(declaration.id));
      const { artefact, staleFrom, identity } = learnt;
      const outputs = kind.outputs(declaration.settings, null);
      const createScorer = (setup: Setup) =>
        kind.source === 'training'
          ? kind.createScorer({ ...setup, artefact, staleFrom })
          : kind.createScorer({ ...setup, artefact: null, staleFrom });
      return { kind: 'made', parts: partsOf({ outputs, createScorer, identity }, declaration, options) };
    },
  };
}

/** What is scored with. */
interface Learnt {
  readonly outputs: readonly OutputShape[];
  createScorer(setup: Setup): Scorer;
  /** What tells it from others, beside what the model file says: the file that it was read from, the version. */
  readonly identity: readonly unknown[];
}

type Setup = Omit<ScorerSetup<unknown, never>, 'artefact' | 'staleFrom'>;

function madeOfFile(
  kind: Extract<ModelKind, { source: 'file' }>,
  declaration: ModelDeclaration,
  options: MakerOptions,
): MadeModel {
  const found = findModelFile(kind.fileOf(declaration.settings), options.files ?? []);
  if ('problem' in found) return { kind: 'refused', problems: [found.problem] };
  const outcome = readModelFileOnce(kind, found, declaration);
  if (outcome.kind === 'refused') return refused(`cannot be used: ${outcome.reason}.`);
  const { artefact } = outcome;
  const parts = partsOf(
    {
      outputs: kind.outputs(declaration.settings, artefact),
      createScorer: (setup) => kind.createScorer({ ...setup, artefact, staleFrom: Number.POSITIVE_INFINITY }),
      identity: [found.text],
    },
    declaration,
    options,
  );
  const fault = nameFault(parts.outputs);
  return fault === null ? { kind: 'made', parts } : refused(fault);
}

function refused(message: string): MadeModel {
  const hint = 'docs/models/imported.md says what is read, and how golden vectors are made.';
  return { kind: 'refused', problems: [{ path: ['file'], message, hint }] };
}

/** Outputs are columns beside others when scores are written. */
const TAKEN: ReadonlySet<string> = new Set(['time', 'labels', 'quality']);

function nameFault(outputs: readonly string[]): string | null {
  const taken = outputs.find((name, place) => TAKEN.has(name) || outputs.indexOf(name) < place);
  if (taken === undefined) return outputs.length === 0 ? 'gives nothing.' : null;
  return `gives ${JSON.stringify(taken)}, a name that is taken: rename that output where the file is made.`;
}

function partsOf(
  { outputs, createScorer, identity }: Learnt,
  { id, kind, settings, features }: ModelDeclaration,
  { around = (scorer) => scorer }: MakerOptions,
): Pick<Model, 'outputs' | 'hash' | 'createScorer'> {
  const seed = seedOf(id);
  return {
    outputs: outputs.map(({ name }) => name),
    hash: createHash('sha256')
      .update(JSON.stringify([kind, settings, features, ...identity]))
      .digest('base64'),
    createScorer: (labelValues) => {
      const setup = { settings, features, instance: labelValues, seed };
      const scorer = createScorer(setup);
      return around(new ModelRowScorer(scorer), { model: id, labelValues });
    },
  };
}

/** Every model draws its own numbers, and the same ones each time. */
export function seedOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32LE(0);
}
