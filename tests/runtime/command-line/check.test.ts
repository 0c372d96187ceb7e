/** `tocsin check`: every problem of a site, for people and for programs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOT } from '../replay/rules-of.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

test('a site that is right', async () => {
  const site = temporarySite({ 'tocsin.json': {}, 'rules/hot.json': HOT });
  expect(await tocsin(['check', '--site', site])).toEqual({
    code: 0,
    stdout: `${site}: 1 rule, no problems\n`,
    stderr: '',
  });
  expect(await tocsin(['check', '--site', site, '--json'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
});

test('all problems of all files at once, with line, caret, hint and their number', async () => {
  const site = temporarySite({
    'tocsin.json': '{ "gatewy": "g" }\n',
    'rules/a.json': `{ "id": "hot", "inputs": { "t": "a/{b}" },\n  "when": { "value": "t", "abve": 80 } }\n`,
    'rules/b.json': '{ "id": "cold" ',
    'tests/t.json': '{ "tests": [ { "name": "n", "readings": [], "expct": [] } ] }',
  });
  const { code, stdout, stderr } = await tocsin(['check', '--site', site]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toContain('tocsin.json:1:3: error:');
  expect(stdout).toContain(`  "when": { "value": "t", "abve": 80 } }\n`);
  expect(stdout).toMatch(/^ +\^{6}\n {2}Did you mean `above`\?$/m);
  expect(stdout).toContain('rules/b.json:1:');
  expect(stdout).toContain('tests/t.json:1:');
  expect(stdout).toMatch(/\n\n\d errors\n$/);
});

test('for programs: one list with the published keys', async () => {
  const site = temporarySite({ 'rules/a.json': { ...HOT, severty: 'info' } });
  const { code, stdout } = await tocsin(['check', '--site', site, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual([
    {
      file: 'rules/a.json',
      line: 1,
      column: 73,
      endColumn: 82,
      code: 'unknown-key',
      severity: 'error',
      message: 'The key "severty" has no meaning here.',
      hint: 'Did you mean `severity`?',
    },
  ]);
});

test('receivers that do not exist: an error beside a configuration, else a warning', async () => {
  const rule = { ...HOT, notify: ['maintenence'] };
  const receivers = { maintenance: { webhook: { url: 'http://127.0.0.1:9/' } } };
  const configured = temporarySite({ 'tocsin.json': { receivers }, 'rules/a.json': rule });
  expect(await tocsin(['check', '--site', configured])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('Did you mean "maintenance"?'),
  });
  const bare = temporarySite({ 'rules/a.json': rule });
  const { code, stdout } = await tocsin(['check', '--site', bare]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/warning: .*\n[\s\S]*\n1 warning\n$/);
});

test('a broken rule does not make its tests wrong too', async () => {
  const site = temporarySite({
    'rules/a.json': { ...HOT, when: 'temp >' },
    'tests/t.json': { tests: [{ name: 'n', readings: [], expect: [{ rule: 'hot' }] }] },
  });
  const { stdout } = await tocsin(['check', '--site', site, '--json']);
  expect(JSON.parse(stdout).map(({ file }: { file: string }) => file)).toEqual(['rules/a.json']);
});

test('files that cannot be read are problems like others', async () => {
  const site = temporarySite({ 'rules/ok.json': HOT, 'rules/.hidden.json': '{', 'rules/note.txt': '{' });
  mkdirSync(join(site, 'rules/folder.json'));
  writeFileSync(join(site, 'rules/latin.json'), Buffer.from([0x22, 0xe4, 0x22]));
  const { code, stdout } = await tocsin(['check', '--site', site, '--json']);
  expect(code).toBe(1);
  const found = JSON.parse(stdout).map(
    (issue: Record<string, unknown>) => `${issue['file']}: ${issue['message']}`,
  );
  expect(found).toEqual([
    'rules/folder.json: Cannot be read: it is a folder.',
    'rules/latin.json: Cannot be read: it is not UTF-8 text.',
  ]);
});

test('no rules at all is said, and no error', async () => {
  const site = temporarySite({ 'tocsin.json': '{}' });
  const { code, stderr } = await tocsin(['check', '--site', site]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `There are no rules yet: rule files belong into ${site}/rules/.\n`,
  });
});

test.each(['check', 'test', 'replay --input x.ndjson'])(
  '%s: a folder that is none, or no site',
  async (command) => {
    const empty = temporarySite({});
    const args = command.split(' ');
    const name = args[0];
    expect(await tocsin([...args, '--site', `${empty}/gone`])).toEqual({
      code: 3,
      stdout: '',
      stderr: `tocsin ${name}: cannot read the site ${empty}/gone: there is no such file or folder\n`,
    });
    expect(await tocsin([...args, '--site', empty])).toEqual({
      code: 3,
      stdout: '',
      stderr: `tocsin ${name}: ${empty} is no site: it has neither a file tocsin.json nor a folder rules\n`,
    });
  },
);

test('colours only on a terminal', async () => {
  const site = temporarySite({ 'rules/a.json': '{' });
  expect((await tocsin(['check', '--site', site])).stdout).not.toContain('\u001b[');
});

test('files with labels: what would stop a training, and what would mislead it', async () => {
  const model = { id: 'wear', kind: 'remaining-life', inputs: { vib: 'f/{machine}/vib' } };
  const site = temporarySite({
    'rules/hot.json': HOT,
    'models/wear.json': model,
    'labels/a.csv': 'machine,time,event\nm1,2026-01-05T06:00:00Z,failure\n',
    'labels/b.csv': 'machine,time,event\nm1,2026-01-05T06:00:00Z,failure\nm2,yesterday,failure\n',
    'labels/c.csv': 'machin,time,event\nm1,2026-01-05T06:00:00Z,failure\n',
    'labels/d.csv': 'time,event\n2026-01-05T06:00:00Z,failure\n',
  });
  const { code, stdout } = await tocsin(['check', '--site', site]);
  expect(code).toBe(1);
  expect(stdout).toBe(`\
labels/b.csv:3:1: error: "yesterday" is no time. [bad-labels]
  m2,yesterday,failure
  ^^^^^^^^^^^^^^^^^^^^
  Write 2026-01-05T06:00:00Z, or epoch milliseconds.

labels/c.csv:1:1: warning: No model tells machines apart by \`machin\`: each line is about all machines. [bad-labels]
  machin,time,event
  ^^^^^^^^^^^^^^^^^
  Did you mean \`machine\`?

1 error, 1 warning
`);
});
