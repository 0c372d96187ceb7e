/** View files while the service runs: what counts of them, and that no rule loses the view that it reads. */
import { expect, test } from 'vitest';
import { effectiveSite, type SiteInForce, siteInForce } from '../../../runtime/reload/effective-site.js';
import type { FoundFiles } from '../../../runtime/reload/found-files.js';

const view = (field: string) =>
  JSON.stringify({ id: 'load', inputs: { x: 'f/{m}/x' }, emit: { [field]: 'x' } });
const rule = (field: string) =>
  JSON.stringify({ id: 'r', inputs: { x: { view: 'load', field } }, when: 'x > 1' });
const ALONE = JSON.stringify({ id: 'r', inputs: { x: 'f/{m}/x' }, when: 'x > 1' });

interface Seen {
  readonly views: readonly string[];
  readonly rules: readonly string[];
  readonly bad: readonly string[];
}

/** What counts after each look, a time in seconds with the files found then. */
function looks(
  ...steps: readonly (readonly [at: number, files: Readonly<Record<string, string>>])[]
): Seen[] {
  let before: SiteInForce = siteInForce([]);
  return steps.map(([at, files]) => {
    const found: FoundFiles = {
      configuration: null,
      plan: new Map(Object.entries(files).map(([path, text]) => [path, { kind: 'text', path, text }])),
      folderProblems: [],
    };
    const site = effectiveSite(before, found, { started: null, check: () => [], now: at * 1000 });
    before = site.inForce;
    return {
      views: (site.plan.views ?? []).map(({ id, emit }) => `${id} ${emit.map(({ field }) => field)}`),
      rules: site.plan.rules.map(({ id }) => id),
      bad: site.views
        .filter(({ state }) => state !== 'ok')
        .map(({ file, state, errors }) => [file, state, ...errors.map(({ code }) => code)].join(' ')),
    };
  });
}

const RUNNING = { 'rules/r.json': rule('a'), 'views/v.json': view('a') };
const RUNS: Seen = { views: ['load a'], rules: ['r'], bad: [] };

test('a view with a mistake leaves the one before in force', () => {
  const broken = { ...RUNNING, 'views/v.json': '{ "id": "load", ' };
  expect(looks([0, RUNNING], [1, broken])[1]).toEqual({ ...RUNS, bad: ['views/v.json last-good syntax'] });
});

test('a view that a rule still reads is not taken from it, however long its file is gone', () => {
  const gone = { 'rules/r.json': rule('a') };
  const [, first, later] = looks([0, RUNNING], [1, gone], [100, gone]);
  expect(first).toMatchObject({ views: ['load a'], rules: ['r'] });
  expect(later).toEqual({ ...RUNS, bad: ['views/v.json missing unknown-view'] });
});

test('a field that a rule still reads is not taken from it', () => {
  const renamed = { ...RUNNING, 'views/v.json': view('b') };
  expect(looks([0, RUNNING], [1, renamed])[1]).toEqual({
    ...RUNS,
    bad: ['views/v.json last-good unknown-field'],
  });
});

test('both change together, one after the other too', () => {
  const viewFirst = { ...RUNNING, 'views/v.json': view('b') };
  const both = { 'rules/r.json': rule('b'), 'views/v.json': view('b') };
  const after: Seen = { views: ['load b'], rules: ['r'], bad: [] };
  expect(looks([0, RUNNING], [1, both])[1]).toEqual(after);
  expect(looks([0, RUNNING], [1, viewFirst], [2, both])[2]).toEqual(after);
});

test('one that nobody reads any more goes, after a while', () => {
  const alone = { 'rules/r.json': ALONE };
  const [, first, later] = looks([0, RUNNING], [1, alone], [6, alone]);
  expect(first?.views).toEqual(['load a']);
  expect(later).toEqual({ views: [], rules: ['r'], bad: [] });
});
