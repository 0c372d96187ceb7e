/**
 * Models of other makers give what their makers say. Method: small files that scikit-learn, XGBoost and LightGBM wrote, with
 * what onnxruntime and they make of rows, many of them just at thresholds (fixtures/make-fixtures.py). Each is read, which
 * compares it with its golden vectors, and asked again through a scorer; a vector that is wrong must be found.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importedKind } from '../../../models/imported/imported-kind.js';
import type { ImportedModel } from '../../../models/imported/imported-model.js';
import type { Scorer } from '../../../models/scorer.js';
import { testScorerContract } from '../scorer-contract.js';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const GOLDEN = '.golden.json';
const NAMES = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(GOLDEN))
  .map((name) => name.slice(0, -GOLDEN.length));
const FEATURES = ['a', 'b', 'c', 'd'];
const fixture = (name: string) => readFileSync(new URL(name, FIXTURES));

function read(
  name: string,
  golden: string | null = null,
  bytes: Uint8Array = fixture(name),
  features = FEATURES,
) {
  return importedKind.readFile({ name, bytes, golden, openOnnx: null }, { file: name }, features);
}

function modelOf(name: string): ImportedModel {
  const outcome = read(name);
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  return outcome.artefact;
}

function scorerOf(artefact: ImportedModel): Scorer {
  return importedKind.createScorer({
    settings: { file: 'x' },
    features: FEATURES,
    instance: [],
    artefact,
    staleFrom: Number.POSITIVE_INFINITY,
    seed: 1,
  });
}

interface Golden {
  readonly inputs: readonly (number | null)[];
  readonly outputs: readonly (number | string)[];
  readonly tolerance: number;
}
const goldenOf = (name: string): Golden[] => JSON.parse(fixture(name + GOLDEN).toString());

test('there are files of all kinds', () => {
  expect(NAMES.length).toBeGreaterThan(14);
});

describe.each(NAMES)('%s', (name) => {
  test('gives what its maker says', () => {
    expect(read(name, fixture(name + GOLDEN).toString())).toMatchObject({ kind: 'read' });
    const scorer = scorerOf(modelOf(name));
    for (const { inputs, outputs } of goldenOf(name)) {
      const score = scorer.score(0, inputs);
      expect(score.quality).toBe('ok');
      expect(score.outputs).toHaveLength(outputs.length);
    }
  });

  test('is refused when a golden vector is off', () => {
    const vectors = goldenOf(name);
    const wrong = vectors.map((vector, index) =>
      index < vectors.length - 1
        ? vector
        : {
            ...vector,
            outputs: vector.outputs.map((value) =>
              typeof value === 'number' ? value + 1e-4 * Math.max(1, Math.abs(value)) : value,
            ),
          },
    );
    const refused = read(name, JSON.stringify(wrong));
    expect(refused).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(`golden vector ${wrong.length} should give`),
    });
  });

  test('cut anywhere it is refused, or gives what the whole gives', () => {
    const bytes = fixture(name);
    const kinds = Array.from({ length: 60 }, (_, part) => {
      const cut = bytes.subarray(0, Math.floor((part * bytes.length) / 60));
      return read(name, fixture(name + GOLDEN).toString(), cut).kind;
    });
    expect(kinds.slice(0, 20)).toEqual(Array(20).fill('refused'));
  });
});

test.each([
  [
    'forest-classifier.onnx',
    ['output_label', 'output_probability.bad', 'output_probability.calm', 'output_probability.odd'],
  ],
  ['boosted-regressor.onnx', ['variable']],
  ['xgboost-binary.json', ['prediction']],
  ['xgboost-three.json', ['prediction.0', 'prediction.1', 'prediction.2']],
  ['lightgbm-three.txt', ['prediction.0', 'prediction.1', 'prediction.2']],
])('%s: outputs are called %j', (name, outputs) => {
  expect(modelOf(name).outputs.map((output) => output.name)).toEqual(outputs);
});

test('labels that are texts are texts', () => {
  const [label, ...scores] = modelOf('forest-classifier.onnx').outputs;
  expect(label?.kind).toBe('string');
  expect(new Set(scores.map(({ kind }) => kind))).toEqual(new Set(['number']));
});

describe.each(['xgboost-three.json', 'linear.onnx'])('the contract of scorers: %s', (name) => {
  const model = modelOf(name);
  testScorerContract({ make: () => scorerOf(model), features: 4, rows: 120 });
});

describe('what is unknown', () => {
  const row = [0.1, 50, 0, 1];
  test.each([
    ['linear.onnx', 'range'],
    ['forest-classifier.onnx', 'range'],
    ['xgboost-binary.onnx', 'ok'],
    ['xgboost-binary.json', 'ok'],
    ['lightgbm-binary.txt', 'ok'],
  ])('%s: %s', (name, quality) => {
    const scorer = scorerOf(modelOf(name));
    for (const unknown of [null, 'text', Number.NaN]) {
      const score = scorer.score(0, [unknown, ...row.slice(1)]);
      expect(score.quality).toBe(quality);
      expect(score.outputs.every((output) => (output === null) === (quality === 'range'))).toBe(true);
    }
    expect(scorer.score(0, row).quality).toBe('ok');
  });

  test('a sum that overflows', () => {
    expect(scorerOf(modelOf('linear.onnx')).score(0, [1e308, 1e308, -1e308, 1e308])).toMatchObject({
      quality: 'range',
    });
  });
});

test('without a file there is no score', () => {
  const scorer = importedKind.createScorer({
    settings: { file: 'x' },
    features: FEATURES,
    instance: [],
    artefact: null,
    staleFrom: Number.POSITIVE_INFINITY,
    seed: 1,
  });
  expect(scorer.score(0, [1])).toEqual({ quality: 'untrained', outputs: [] });
});

/** The file whose first operator rounds, to whole numbers instead: attribute `to`, a varint in field 3. */
function castToWhole(): Uint8Array {
  const bytes = Buffer.from(fixture('cast-regressor.onnx'));
  const at = bytes.indexOf(Buffer.from([0x0a, 0x02, ...Buffer.from('to'), 0x18, 0x01]));
  expect(at).toBeGreaterThan(0);
  bytes[at + 5] = 7;
  return bytes;
}

test.each<[string, string, string | Uint8Array, string[], string]>([
  [
    'a neural net',
    'neural-net.onnx',
    fixture('neural-net.onnx'),
    FEATURES,
    'needs the package onnxruntime-node',
  ],
  [
    'other features',
    'xgboost-binary.json',
    fixture('xgboost-binary.json'),
    ['a', 'b'],
    'takes 4 numbers, and the model has 2 features (a, b)',
  ],
  ['no format of ours', 'model.pkl', '\u0080\u0004', FEATURES, 'neither ONNX'],
  ['broken JSON', 'model.json', '{"learner": ', FEATURES, 'no JSON'],
  ['other JSON', 'model.json', '{"learner": {}}', FEATURES, 'no model of XGBoost'],
  ['no ONNX', 'model.onnx', 'tree\n', FEATURES, 'model.onnx: '],
  ['numbers made whole', 'model.onnx', castToWhole(), FEATURES, 'a Cast of numbers to type 7 is not read'],
  ['an empty file', 'model.onnx', '', FEATURES, 'no ONNX graph'],
])('refused: %s', (_, name, content, features, reason) => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  expect(read(name, null, bytes, features)).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining(reason),
  });
});

test.each([
  ['no JSON', '[', 'are no JSON'],
  ['none', '[]', 'cannot be read'],
  ['too few inputs', '[{ "inputs": [1], "outputs": [0] }]', 'golden vector 1'],
  ['too few outputs', '[{ "inputs": [1, 2, 3, 4], "outputs": [] }]', 'golden vector 1'],
])('golden vectors: %s', (_, golden, reason) => {
  expect(read('linear.onnx', golden)).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining(reason),
  });
});
