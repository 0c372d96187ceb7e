/** `tocsin init`: what it writes works at once, in the program and in an editor, and nothing is overwritten. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { newSiteFiles } from '../../../runtime/new-site/new-site-files.js';
import { MqttSender } from '../../../runtime/simulation/mqtt-sender.js';
import { Editor } from '../../editor.js';
import { ROOT } from '../../house/source-files.js';
import { TocsinProcess } from '../service/spawn-tocsin.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

const textOf = (path: string) => readFileSync(path, 'utf8');

async function newSite(name = 'plant'): Promise<string> {
  const site = join(temporarySite({}), name);
  expect(await tocsin(['init', site])).toMatchObject({ code: 0, stderr: '' });
  return site;
}

test('check finds nothing, and its tests pass and touch everything', async () => {
  const site = await newSite();
  expect(await tocsin(['check', '--site', site])).toEqual({
    code: 0,
    stdout: `${site}: 2 rules, no problems\n`,
    stderr: '',
  });
  const { code, stdout } = await tocsin(['test', '--site', site]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/3 passed\n$/);
  expect((await tocsin(['test', '--mutate', '--site', site])).stdout).toMatch(/noticed \(100%\)\n$/);
});

test('start runs it: a message by hand raises an alert and becomes a mail', async () => {
  const site = await newSite();
  const service = new TocsinProcess(['start', '--site', site]);
  const sender = await MqttSender.connect({ url: `mqtt://127.0.0.1:${await service.ready()}`, qos: 1 });
  await sender.send({ topic: 'factory/line-1/press-1/oil', payload: { temperature: 75 } });
  await sender.end();
  await vi.waitFor(() => expect(readdirSync(join(site, 'mail'))).toHaveLength(1), { timeout: 10_000 });
  expect(service.stderr).toContain('CRITICAL oil-hot [line-1, press-1] Oil of press-1 on line-1 is at 75');
  service.signal('SIGTERM');
  expect(await service.ended()).toBe(0);
});

test('an editor finds the schema of each file, and has nothing to complain about', async () => {
  const site = await newSite();
  const editor = new Editor((url) => textOf(fileURLToPath(url)));
  for (const { path, text } of newSiteFiles('plant').filter((file) => /^[^.]+\.json$/.test(file.path))) {
    expect(text).toMatch(/"\$schema": "(\.\.\/)?schemas\/\w+\.schema\.json"/);
    expect(await editor.problems(join(site, path), text), path).toEqual([]);
  }
  const rule = textOf(join(site, 'rules/oil-hot.json'));
  const typo = rule.replace('"deadband": 5, "for": "3s" },', '"deadbnd": 5, "for": "3s" },');
  expect(await editor.problems(join(site, 'rules/oil-hot.json'), typo)).toEqual([
    expect.stringMatching(/^\d+:\d+ Property deadbnd is not allowed\.$/),
  ]);
  const configuration = textOf(join(site, 'tocsin.json'));
  const offers = (text: string) => editor.offers(join(site, 'tocsin.json'), text);
  expect(
    await offers(
      configuration.replace('  "smtp": { "folder"', '  "log": { "level": | },\n  "smtp": { "folder"'),
    ),
  ).toContain('"debug"');
  expect(
    await editor.hover(join(site, 'tocsin.json'), configuration.replace('"gateway":', '"gate|way":')),
  ).toContain('Names this gateway in notices');
});

test('docs/editors.md shows the lines that it writes', async () => {
  const page = textOf(join(ROOT, 'docs/editors.md'));
  const lines = newSiteFiles('plant').flatMap(
    ({ text }) => /"\$schema": "[./]*schemas[^"]+",/.exec(text)?.[0] ?? [],
  );
  expect(new Set(lines).size).toBe(3);
  for (const line of lines) expect(page).toContain(`\`${line}\``);
});

test('the gateway is named like the folder, as far as a name can be', async () => {
  const site = await newSite('Halle 7 "süd"');
  expect(textOf(join(site, 'tocsin.json'))).toContain('"gateway": "Halle-7-süd-"');
  expect((await tocsin(['check', '--site', site])).code).toBe(0);
});

test('says what to do next, with a command line that can be copied', async () => {
  const folder = temporarySite({});
  const { stdout } = await tocsin(['init', join(folder, "it's")]);
  expect(stdout).toContain(`  tocsin check --site '${folder}/it'\\''s' `);
  expect(stdout.split('\n').filter((line) => line.length > 80 + 2 * folder.length)).toEqual([]);
});

test('--json lists the files', async () => {
  const site = join(temporarySite({}), 'plant');
  const { stdout } = await tocsin(['init', site, '--json']);
  const { folder, files } = JSON.parse(stdout);
  expect(folder).toBe(site);
  expect(files).toContain('tocsin.json');
  for (const file of files) expect(existsSync(join(site, file))).toBe(true);
});

test.each([
  ['a configuration', { 'tocsin.json': '{}' }, 'tocsin.json'],
  ['rules of another name', { 'rules/mine.json': '{}' }, 'rules'],
  ['tests and a .gitignore', { 'tests/mine.json': '{}', '.gitignore': '*' }, '.gitignore and tests'],
])('writes nothing where there is %s', async (_what, files, named) => {
  const site = temporarySite(files);
  const before = readdirSync(site, { recursive: true });
  expect(await tocsin(['init', site])).toEqual({
    code: 3,
    stdout: '',
    stderr: `tocsin init: ${site} has ${named} already: nothing was written\n`,
  });
  expect(readdirSync(site, { recursive: true })).toEqual(before);
});

test('a folder with something else in it is taken', async () => {
  const site = temporarySite({ 'README.md': 'ours' });
  mkdirSync(join(site, '.git'));
  expect((await tocsin(['init', site])).code).toBe(0);
  expect(textOf(join(site, 'README.md'))).toBe('ours');
});

test('a folder that cannot be made is said', async () => {
  const file = join(temporarySite({ file: '' }), 'file');
  const { code, stderr } = await tocsin(['init', join(file, 'plant')]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/^tocsin init: cannot write .*: a part of its path is no folder\n$/);
});

test('--schemas renews the schemas and nothing else', async () => {
  const site = await newSite();
  const schema = join(site, 'schemas/rules.schema.json');
  const current = textOf(schema);
  writeFileSync(schema, '{}');
  writeFileSync(join(site, 'tocsin.json'), '{}');
  expect(await tocsin(['init', '--schemas', site])).toMatchObject({
    code: 0,
    stdout: `written to ${site}:\n  schemas/rules.schema.json\n`,
  });
  expect(textOf(schema)).toBe(current);
  expect(textOf(join(site, 'tocsin.json'))).toBe('{}');
  expect((await tocsin(['init', '--schemas', site])).stdout).toBe(`${site}: the schemas are up to date\n`);
});

test.each([
  [['init'], 'the folder to write is missing, such as: tocsin init plant'],
  [['init', 'a', 'b'], "unexpected argument 'b'"],
])('wrong usage: %j', async (args, message) => {
  expect(await tocsin(args)).toEqual({
    code: 2,
    stdout: '',
    stderr: `tocsin init: ${message}\nTry 'tocsin init --help'.\n`,
  });
});
