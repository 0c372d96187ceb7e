import type {
  Metric,
  ModelKind,
  TrainedKind,
  TrainingOutcome,
  TrainingRequest,
} from '../../models/model-kind.js';
import type { TrainingProgress, TrainingRun } from '../../models/scorer.js';
import type { ModelDeclaration } from '../../rules/format/model-format.js';
import type { Model } from '../../rules/supply.js';
import { loadSite, type Site } from '../site/load-site.js';
import { ACTIVATION_FILE, readActivation } from './activation.js';
import {
  type ArtefactDocument,
  type ArtefactMetric,
  artefactHash,
  artefactText,
  definitionOf,
  type LearntFrom,
} from './artefact-document.js';
import { ARTEFACTS, type ShelvedArtefact } from './artefact-shelf.js';
import { CannotTrain } from './cannot-train.js';
import { collectRuns, type RowsWanted } from './collect-runs.js';
import { modelKindsOf } from './model-kinds.js';
import { seedOf } from './model-maker.js';

/** What to train, and with what. */
export interface TrainingInput extends RowsWanted {
  /** The site's. */
  readonly folder: string;
  readonly model: string;
  /** `null`: the model's own. */
  readonly seed: number | null;
}

/** How far it is: first it reads messages, of which nobody knows how many there are; then come the stages of its kind. */
export type TrainingReport =
  | { readonly stage: 'read'; readonly messages: number; readonly time: number; readonly rows: number }
  | TrainingProgress;

export type TrainingResult =
  | {
      readonly kind: 'trained';
      /** Of the artefact, as it is stored. */
      readonly text: string;
      readonly hash: string;
      readonly metrics: readonly ArtefactMetric[];
      readonly data: LearntFrom;
      readonly verdict: Verdict;
      readonly notes: readonly string[];
    }
  /** Nothing worth keeping came of it. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly metrics: readonly ArtefactMetric[];
      readonly data: LearntFrom | null;
      readonly notes: readonly string[];
    };

/** How it does beside the version in force. `recorded`: there was too little new for both; their own figures say it. */
export type Verdict =
  | { readonly kind: 'first' }
  | {
      readonly kind: 'better' | 'alike' | 'worse';
      readonly metric: string;
      readonly own: number;
      readonly previous: number;
      readonly on: 'new' | 'recorded';
    };

/**
 * Trains a model of a site: replays what it is to learn from through the operators that score, puts marks to the rows,
 * learns, validates, and compares with the version in force. Writes nothing. The same data and seed give the same text.
 *
 * @throws {CannotTrain}
 */
export async function trainModel(
  input: TrainingInput,
  report: (progress: TrainingReport) => void,
): Promise<TrainingResult> {
  const site = await loadSite(input.folder);
  const { declaration, model, kind } = trainable(site, input.model);
  const previous = previousOf(site, declaration);
  const { runs, notes, data } = await collectRuns(site, model, input, report);
  if (data === null) {
    return { kind: 'refused', reason: nothingIn(input), metrics: [], data, notes };
  }
  const seed = input.seed ?? seedOf(declaration.id);
  const outcome = learn(kind, requestOf({ declaration, runs, data, seed, previous, kind }), report);
  const metrics = outcome.metrics.map(storedMetric);
  if (outcome.kind === 'refused') {
    const hints = data.failures === 0 && kind.name !== 'anomaly' ? [NO_FAILURES] : [];
    return { kind: 'refused', reason: outcome.reason, metrics, data, notes: [...notes, ...hints] };
  }
  const text = artefactText(documentOf({ declaration, seed, data, metrics, learnt: outcome.artefact }));
  const verdict = verdictOf(metrics, outcome, previous?.document ?? null);
  const all = [...notes, ...(outcome.notes ?? [])];
  return { kind: 'trained', text, hash: artefactHash(text), metrics, data, verdict, notes: all };
}

const NO_FAILURES = 'no failure is known: labels/*.csv and `tocsin mark` say when which machine failed';

function nothingIn({ source }: TrainingInput): string {
  return source.kind === 'file'
    ? `no message of ${source.input} is for the inputs of this model: compare topics and fields`
    : 'of what is kept nothing is for the inputs of this model: wait for readings, make `train.history` longer, or give --input FILE';
}

interface Trainable {
  readonly declaration: ModelDeclaration;
  readonly model: Model;
  readonly kind: TrainedKind<unknown, unknown>;
}

/** @throws {CannotTrain} it has errors, or its kind learns nothing from history */
export function trainable(site: Site, id: string): Trainable {
  const declaration = site.models.find((one) => one.id === id);
  const model = site.plan.models?.find((one) => one.id === id);
  if (declaration === undefined || model === undefined)
    throw new CannotTrain(`there is no model '${id}' without errors`);
  const kind: ModelKind | undefined = modelKindsOf(site.files.plan).find(
    ({ name }) => name === declaration.kind,
  );
  if (kind?.source === 'training') return { declaration, model, kind };
  throw new CannotTrain(
    kind?.source === 'online'
      ? `'${id}' is of the kind ${kind.name}, which learns by itself and needs no training`
      : `'${id}' is of the kind ${declaration.kind}, which learns nothing here`,
  );
}

/** The version in force; `null`: there is none, or it was made for another definition, and measured something else. */
function previousOf(site: Site, declaration: ModelDeclaration): ShelvedArtefact | null {
  const { active } = readActivation(site.files.plan.find(({ path }) => path === ACTIVATION_FILE));
  const hash = active.get(declaration.id)?.hash;
  const shelved = hash === undefined ? null : ARTEFACTS.get(hash);
  return shelved?.document.definition === definitionOf(declaration) ? shelved : null;
}

function requestOf({
  declaration,
  runs,
  data,
  seed,
  previous,
  kind,
}: {
  readonly declaration: ModelDeclaration;
  readonly runs: readonly TrainingRun[];
  readonly data: LearntFrom;
  readonly seed: number;
  readonly previous: ShelvedArtefact | null;
  readonly kind: ModelKind;
}): TrainingRequest<unknown, unknown> {
  const { settings, features } = declaration;
  const artefact = previous?.learntBy(kind) ?? null;
  return {
    settings,
    features,
    runs,
    until: data.until,
    seed,
    previous:
      artefact === null || previous === null ? null : { artefact, until: previous.document.data.until },
  };
}

function learn(
  kind: TrainedKind<unknown, unknown>,
  request: TrainingRequest<unknown, unknown>,
  report: (progress: TrainingReport) => void,
): TrainingOutcome<unknown> {
  const training = kind.train(request);
  let step = training.next();
  for (; step.done !== true; step = training.next()) report(step.value);
  return step.value;
}

function documentOf({
  declaration,
  ...parts
}: {
  readonly declaration: ModelDeclaration;
} & Pick<ArtefactDocument, 'seed' | 'data' | 'metrics' | 'learnt'>): ArtefactDocument {
  const { id, kind, features, settings } = declaration;
  const { seed, data, metrics, learnt } = parts;
  const definition = definitionOf(declaration);
  return { format: 1, model: id, kind, definition, features, settings, seed, data, metrics, learnt };
}

/** JSON has no NaN. */
export function storedMetric({ name, value, baseline, better }: Metric): ArtefactMetric {
  const known = (number: number | null) => (number === null || Number.isNaN(number) ? null : number);
  return { name, value: known(value), baseline: known(baseline), better };
}

function verdictOf(
  [own]: readonly ArtefactMetric[],
  { comparison }: Extract<TrainingOutcome<unknown>, { kind: 'trained' }>,
  previous: ArtefactDocument | null,
): Verdict {
  if (own === undefined || previous === null) return { kind: 'first' };
  if (comparison !== null) return compared(own, { ...comparison, on: 'new' });
  const recorded = previous.metrics.find(({ name }) => name === own.name)?.value ?? null;
  if (recorded === null || own.value === null) return { kind: 'first' };
  return compared(own, { own: own.value, previous: recorded, on: 'recorded' });
}

function compared(
  { name, better }: ArtefactMetric,
  figures: Pick<Extract<Verdict, { own: number }>, 'own' | 'previous' | 'on'>,
): Verdict {
  const gain = (figures.own - figures.previous) * (better === 'lower' ? -1 : 1);
  return { kind: gain > 0 ? 'better' : gain < 0 ? 'worse' : 'alike', metric: name, ...figures };
}
