/** Reading a site: which files belong to it, in which order, and which problems belong to whom. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEmptied, loadSiteOrEmptied } from '../../../runtime/site/emptied-site.js';
import { loadSite } from '../../../runtime/site/load-site.js';
import { SiteNotFound } from '../../../runtime/site/site-not-found.js';
import { HOT } from '../replay/rules-of.js';
import { temporarySite } from '../temporary-site.js';

const rule = (id: string, more: object = {}) => ({ ...HOT, id, ...more });

test('files in order of their names; other files and hidden ones are not read', async () => {
  const folder = temporarySite({
    'tocsin.json': '// ours\n{ "gateway": "gw-1", }',
    'rules/b.json': rule('b'),
    'rules/a.json': { rules: [rule('a2'), rule('a1')] },
    'rules/.a.json.swp.json': '{',
    'rules/a.json~': '{',
    'rules/README.md': '#',
    'tests/t.json': { tests: [] },
    'other/x.json': '{',
  });
  const site = await loadSite(folder);
  expect(site.issues).toEqual([]);
  expect(site.rules.map(({ id }) => id)).toEqual(['a2', 'a1', 'b']);
  expect(site.configuration?.gateway).toBe('gw-1');
  expect(site.files.tests.map(({ path }) => path)).toEqual(['tests/t.json']);
});

test('a folder with rules alone is a site, and so is one with a configuration alone', async () => {
  const bare = await loadSite(temporarySite({ 'rules/a.json': rule('a') }));
  expect({ issues: bare.issues, file: bare.files.configuration }).toEqual({ issues: [], file: null });
  expect(bare.configuration).not.toBeNull();
  expect((await loadSite(temporarySite({ 'tocsin.json': '{}' }))).rules).toEqual([]);
});

test('a folder that was emptied is a site as long as what a service stored is there', async () => {
  const emptied = temporarySite({ 'data/state.db': '', 'mail/a.eml': '' });
  await expect(loadSite(emptied)).rejects.toThrow(/is no site any more: .* put the files back$/);
  const site = await loadSiteOrEmptied(emptied);
  expect({ rules: site.rules, issues: site.issues, isEmptied: isEmptied(site) }).toEqual({
    rules: [],
    issues: [],
    isEmptied: true,
  });
  const whole = await loadSiteOrEmptied(temporarySite({ 'rules/a.json': rule('a'), 'data/state.db': '' }));
  expect(isEmptied(whole)).toBe(false);
  await expect(loadSiteOrEmptied(temporarySite({ 'mail/a.eml': '' }))).rejects.toThrow(SiteNotFound);
});

test('one broken file leaves the others', async () => {
  const folder = temporarySite({
    'rules/a.json': '{',
    'rules/b.json': rule('b'),
    'tocsin.json': '{ "x": 1 }',
  });
  const site = await loadSite(folder);
  expect(site.rules.map(({ id }) => id)).toEqual(['b']);
  expect(site.configuration).toBeNull();
  expect(site.issues.map(({ file }) => file)).toEqual(['tocsin.json', 'rules/a.json']);
  expect(site.ruleIssues.map(({ file }) => file)).toEqual(['rules/a.json']);
});

test('an unknown receiver is a problem of the site, not of the rule', async () => {
  const folder = temporarySite({ 'tocsin.json': '{}', 'rules/a.json': rule('a', { notify: ['nobody'] }) });
  const site = await loadSite(folder);
  expect(site.ruleIssues).toEqual([]);
  expect(site.issues).toMatchObject([{ file: 'rules/a.json', code: 'unknown-receiver', severity: 'error' }]);
  expect(site.rules).toHaveLength(1);
});

test.each([
  ['plant/{machine}/temp', true],
  ['plant/m1/temp', true],
  ['{a}/{b}/{c}', true],
  ['plant/{machine}/siren', false],
  ['plant/{machine}', false],
  ['plant/{machine}/temp/x', false],
])('a level at %s, where a rule reads plant/{machine}/temp: %s', async (topic, isWarned) => {
  const receivers = { siren: { mqtt: { topic } } };
  const folder = temporarySite({ 'tocsin.json': { receivers }, 'rules/a.json': rule('a') });
  const { issues, configuration } = await loadSite(folder);
  expect(configuration).not.toBeNull();
  const warning = { file: 'tocsin.json', code: 'own-topic', severity: 'warning' };
  expect(issues).toMatchObject(isWarned ? [warning] : []);
});

test('what cannot be read is an issue: a folder named like a file, a file named like a folder', async () => {
  const folder = temporarySite({ 'rules/b.json': rule('b'), tests: 'no folder' });
  mkdirSync(join(folder, 'rules/a.json'));
  mkdirSync(join(folder, 'tocsin.json'));
  const site = await loadSite(folder);
  expect(site.rules).toHaveLength(1);
  expect(site.issues.map(({ file, code }) => `${file} ${code}`)).toEqual([
    'tocsin.json unreadable-file',
    'rules/a.json unreadable-file',
  ]);
  expect(site.files.issues.map(({ file, message }) => `${file}: ${message}`)).toContain(
    'tests: Cannot be read: a part of its path is no folder.',
  );
});

test('no site', async () => {
  const empty = temporarySite({ 'readme.txt': '' });
  await expect(loadSite(empty)).rejects.toThrow(SiteNotFound);
  await expect(loadSite(join(empty, 'gone'))).rejects.toThrow('there is no such file or folder');
  await expect(loadSite(join(empty, 'readme.txt'))).rejects.toThrow('a part of its path is no folder');
});
