/**
 * The example of a model made elsewhere: it has no problems, its README prints what it says, and the page about such models
 * shows files that load with the model of the example.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { modelKindsFor } from '../../runtime/models/model-kinds.js';
import { loadPlan } from '../../runtime/site/load-plan.js';
import { readSiteFiles } from '../../runtime/site/site-files.js';
import { tocsin } from '../runtime/command-line/run-in-process.js';
import { readmeBlocks } from './readme-blocks.js';

const SITE = 'examples/imported-model';

test('the files have no problems', async () => {
  expect(await tocsin(['check', '--site', SITE])).toMatchObject({ code: 0, stderr: '' });
});

test('the README prints what it says', async () => {
  const [commands, output] = readmeBlocks(readFileSync(`${SITE}/README.md`, 'utf8'));
  if (commands?.kind !== 'commands' || output?.kind !== 'output') throw new Error('a command and its output');
  const [line = ''] = commands.lines;
  const { code, stdout } = await tocsin(line.split(' ').slice(2));
  expect({ code, stdout }).toEqual({ code: 0, stdout: output.text });
});

test('the files on the page load', async () => {
  const page = readFileSync('docs/models/imported.md', 'utf8');
  const [model = '', rule = '', golden = ''] = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(
    ([, text]) => text ?? '',
  );
  const { plan: files } = await readSiteFiles(SITE);
  const onnx = files.find(({ path }) => path.endsWith('.onnx'))?.text ?? '';
  const shown = [
    { path: 'models/press-quality.json', text: model },
    { path: 'models/press-quality.onnx', text: onnx },
    { path: 'models/press-quality.onnx.golden.json', text: golden },
    { path: 'rules/scrap.json', text: rule },
  ];
  await modelKindsFor(shown);
  const { plan, issues } = loadPlan(shown);
  expect(issues).toEqual([]);
  expect([plan.models?.[0]?.outputs, plan.rules.length]).toEqual([
    ['label', 'probabilities.0', 'probabilities.1'],
    1,
  ]);
});
