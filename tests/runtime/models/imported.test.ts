/**
 * Models made elsewhere, in a site: what is loaded, what is refused with which words, and what a package that need not be
 * there makes of it. Method: the files of tests/models/imported/fixtures in sites of a few files; a made-up package in place
 * of onnxruntime-node, with what of it is used.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ModelFileError } from '../../../models/imported/imported-model.js';
import { sessionModel } from '../../../models/imported/onnx-session-model.js';
import { createEngine } from '../../../rules/create-engine.js';
import { citedHashes } from '../../../runtime/models/activation.js';
import { modelKindsFor } from '../../../runtime/models/model-kinds.js';
import { onnxruntimeNode } from '../../../runtime/models/onnxruntime-node.js';
import { SideFileShelf } from '../../../runtime/models/side-file-shelf.js';
import { loadPlan } from '../../../runtime/site/load-plan.js';
import { readSiteFiles } from '../../../runtime/site/site-files.js';
import { at, rows } from '../../rules/engine/engine-fixture.js';
import { temporarySite } from '../temporary-site.js';

const fixture = (name: string) =>
  readFileSync(new URL(`../../models/imported/fixtures/${name}`, import.meta.url));
const base64 = (name: string) => fixture(name).toString('base64');
const text = (name: string) => fixture(name).toString('utf8');

const TOPICS = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, `f/{m}/${name}`]));
const model = (file: string, more: object = {}) => ({
  path: 'models/q.json',
  text: JSON.stringify({ id: 'q', kind: 'imported', file, inputs: TOPICS, ...more }),
});

beforeAll(() => modelKindsFor([model('x.onnx')]));

function loaded(...files: { path: string; text: string }[]) {
  const { plan, issues } = loadPlan(files);
  return {
    outputs: plan.models?.map(({ outputs }) => outputs) ?? [],
    said: issues.map(({ file, line, message, hint }) => `${file}:${line} ${message} ${hint ?? ''}`.trim()),
  };
}

describe('a file that is right', () => {
  it.each([
    ['xgboost-three.json', text, ['prediction.0', 'prediction.1', 'prediction.2']],
    ['lightgbm-binary.txt', text, ['prediction']],
    ['linear.onnx', base64, ['variable']],
  ])('%s', (name, contentOf, outputs) => {
    const golden = { path: `models/${name}.golden.json`, text: text(`${name}.golden.json`) };
    expect(loaded(model(name), { path: `models/${name}`, text: contentOf(name) }, golden)).toEqual({
      outputs: [outputs],
      said: [],
    });
  });

  it('scores what a rule reads, and becomes another model with other bytes', () => {
    const rule = {
      path: 'rules/r.json',
      text: JSON.stringify({
        id: 'r',
        inputs: { p: { model: 'q', output: 'prediction' } },
        when: 'p > -1e9',
      }),
    };
    const planOf = (name: string) =>
      loadPlan([model('m.txt'), { path: 'models/m.txt', text: text(name) }, rule]).plan;
    const engine = createEngine(planOf('lightgbm-binary.txt'));
    expect(['a', 'b', 'c', 'd'].flatMap((name) => rows(engine.message(at(0, `f/1/${name}`, 1))))).toEqual([
      '0 r 1 firing warning',
    ]);
    const [first, second] = ['lightgbm-binary.txt', 'lightgbm-gamma.txt'].map(
      (name) => planOf(name).models?.[0],
    );
    expect(first?.hash).not.toBe(second?.hash);
  });

  it('cites what is large, and is lost only with that', () => {
    const shelf = new SideFileShelf();
    const path = 'models/m.onnx';
    const small = { path, text: 'x'.repeat(64 * 1024) };
    expect(shelf.cited(small)).toBe(small);
    const large = { path, text: `${small.text}x` };
    const cited = shelf.cited(large);
    expect(cited.text).toMatch(/^sha256:[0-9a-f]{64} 65537$/);
    expect(shelf.textOf(cited)).toBe(large.text);
    expect(new SideFileShelf().textOf(cited)).toBe(null);
    expect(shelf.cited({ ...large, path: 'models/m.json' }).text).toBe(large.text);
    // Read lately, or in force: kept.
    for (let other = 0; other < 7; other++) shelf.put(String(other));
    shelf.keepOnly(new Set());
    expect(shelf.textOf(cited)).toBe(large.text);
    shelf.put('more');
    shelf.keepOnly(citedHashes([cited]));
    expect(shelf.textOf(cited)).toBe(large.text);
    shelf.keepOnly(new Set());
    expect(shelf.textOf(cited)).toBe(null);
    expect(loaded(model('m.onnx'), cited).said).toEqual([
      'models/q.json:1 `file` is models/m.onnx, of which what was stored is missing or damaged.',
    ]);
  });

  it('is read from the folder of a site, bytes and all', async () => {
    const folder = temporarySite({ 'rules/none.json': { rules: [] }, 'models/q.json': model('m.onnx').text });
    writeFileSync(join(folder, 'models/m.onnx'), fixture('forest-classifier.onnx'));
    const { plan } = await readSiteFiles(folder);
    expect(loaded(...plan).outputs[0]).toContain('output_label');
  });
});

describe('a file that is wrong', () => {
  const neural = { path: 'models/m.onnx', text: base64('neural-net.onnx') };
  it.each<[name: string, files: { path: string; text: string }[], said: string | RegExp]>([
    [
      'not there',
      [model('m.onnx')],
      'models/q.json:1 `file` is models/m.onnx, which is not there, or cannot be read. It belongs into the folder models/, beside this file: FILE.onnx, FILE.json (XGBoost) or FILE.txt (LightGBM).',
    ],
    [
      'of another name',
      [model('m.onnx'), { ...neural, path: 'models/n.onnx' }],
      /In the folder models\/ there are n.onnx\.$/,
    ],
    ['a model file', [model('q.json')], /which is no model of XGBoost; other JSON is not read\./],
    [
      'a neural net, and no package',
      [model('m.onnx'), neural],
      /cannot be used: models\/m\.onnx: its operator \w+ needs the package onnxruntime-node, which is not installed here \(npm install onnxruntime-node\).* docs\/models\/imported\.md says/,
    ],
    [
      'for other features',
      [model('m.onnx', { features: ['a'] }), { ...neural, text: base64('linear.onnx') }],
      /takes 4 numbers, and the model has 1 features \(a\)/,
    ],
    [
      'not what its maker says',
      [
        model('m.onnx'),
        { ...neural, text: base64('linear.onnx') },
        { path: 'models/m.onnx.golden.json', text: '[{ "inputs": [0, 0, 0, 0], "outputs": [1e9] }]' },
      ],
      /golden vector 1 should give \[1000000000\] and gives/,
    ],
    [
      'cut',
      [model('m.txt'), { path: 'models/m.txt', text: text('lightgbm-binary.txt').slice(0, 900) }],
      /cannot be used: models\/m.txt: /,
    ],
  ])('%s', (_, files, said) => {
    const result = loaded(...files);
    expect(result.outputs).toEqual([]);
    expect(result.said).toEqual([typeof said === 'string' ? said : expect.stringMatching(said)]);
  });
});

describe('onnxruntime-node', () => {
  /** A package with what is used of the real one: gives `2 * x` of each number. */
  const packageWith = (binding: string) =>
    temporarySite({
      'node_modules/onnxruntime-node/package.json': { name: 'onnxruntime-node', version: '1.0.0' },
      'node_modules/onnxruntime-node/dist/binding.js': binding,
      'node_modules/onnxruntime-common/package.json': { name: 'onnxruntime-common', main: 'index.js' },
      'node_modules/onnxruntime-common/index.js':
        'exports.Tensor = class { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } };',
    });
  const DOUBLING = `
    exports.initOrt = () => {};
    exports.binding = { InferenceSession: class {
      loadModel(buffer, offset, length) { if (length < 3) throw new Error('Protobuf parsing failed.\\nmore'); }
      inputMetadata = [{ name: 'X', isTensor: true, type: 1, shape: [-1, 4], symbolicDimensions: ['', ''] }];
      outputMetadata = [{ name: 'Y', isTensor: true, type: 1, shape: [-1, 4] }, { name: 'n', isTensor: true, type: 7, shape: [] }];
      run({ X }, fetches) {
        if (X.data[0] > 100) throw new Error('out of bounds');
        if (X.dims.join() !== '1,4' || !('Y' in fetches)) throw new Error('called otherwise');
        return { Y: { data: X.data.map((x) => 2 * x) }, n: { data: BigInt64Array.of(7n) } };
      }
    } };`;
  const openIn = (folder: string) => onnxruntimeNode([join(folder, 'package.json')]);

  it('is not there', () => {
    expect(openIn(temporarySite({}))).toBe(null);
  });

  it('runs a graph: outputs, numbers it has no answer to, and unknown ones', () => {
    const open = openIn(packageWith(DOUBLING));
    if (open === null) throw new Error('not found');
    const asked = sessionModel(open(new Uint8Array(9)), 4);
    expect(asked.outputs.map(({ name }) => name)).toEqual(['Y.0', 'Y.1', 'Y.2', 'Y.3', 'n']);
    expect([asked.width, asked.takesUnknown]).toEqual([4, false]);
    expect([...asked.evaluate(Float64Array.of(1, 0.1, 3, 4))]).toEqual([2, Math.fround(0.2), 6, 8, 7]);
    expect([...asked.evaluate(Float64Array.of(101, 0, 0, 0))]).toEqual(Array(5).fill(Number.NaN));
  });

  it('is broken, or cannot open the file', () => {
    const broken = openIn(packageWith('throw new Error("no such platform")'));
    expect(() => broken?.(new Uint8Array(9))).toThrow(
      new ModelFileError('the package onnxruntime-node does not work here: no such platform'),
    );
    const open = openIn(packageWith(DOUBLING));
    expect(() => open?.(new Uint8Array(1))).toThrow(
      new ModelFileError('onnxruntime cannot open it: Protobuf parsing failed.'),
    );
  });
});
