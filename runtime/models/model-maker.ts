import { createHash } from 'node:crypto';
import type { ModelKind } from '../../models/model-kind.js';
import type { MadeModel, ModelDeclaration, ModelMaker } from '../../rules/format/model-format.js';
import type { RowScorer } from '../../rules/supply.js';
import { ModelRowScorer } from './model-row-scorer.js';

export interface MakerOptions {
  readonly kinds: readonly ModelKind[];
  /** Stands around each scorer: for those who want to see every row and what is made of it. */
  readonly around?: (scorer: RowScorer, instance: ScoredInstance) => RowScorer;
}

export interface ScoredInstance {
  readonly model: string;
  /** In `groupBy` order. */
  readonly labelValues: readonly string[];
}

/** Makes models of what model files declare. A kind that learns from training is untrained here. */
export function modelMaker({ kinds, around = (scorer) => scorer }: MakerOptions): ModelMaker {
  return {
    kinds,
    make(declaration) {
      const kind = kinds.find(({ name }) => name === declaration.kind);
      if (kind === undefined) throw new Error(`there is no kind ${declaration.kind}`);
      return made(kind, declaration, around);
    },
  };
}

function made(
  kind: ModelKind,
  { id, settings, features }: ModelDeclaration,
  around: NonNullable<MakerOptions['around']>,
): MadeModel {
  if (kind.source === 'file') {
    const message = 'reads models from files, which this version does not.';
    return { kind: 'refused', problems: [{ path: ['kind'], message }] };
  }
  const seed = seedOf(id);
  const parts = {
    outputs: kind.outputs(settings, null).map(({ name }) => name),
    hash: createHash('sha256')
      .update(JSON.stringify([kind.name, settings, features]))
      .digest('base64'),
    createScorer: (labelValues: readonly string[]) => {
      const setup = { settings, features, instance: labelValues, artefact: null, seed };
      const scorer = kind.createScorer({ ...setup, staleFrom: Number.POSITIVE_INFINITY });
      return around(new ModelRowScorer(scorer), { model: id, labelValues });
    },
  };
  return { kind: 'made', parts };
}

/** Every model draws its own numbers, and the same ones each time. */
function seedOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32LE(0);
}
