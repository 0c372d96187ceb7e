/**
 * Which files of a site count: a table of histories, and random ones. Each step is what is in the folder at a time; what
 * must hold of every step is that no rule is lost that should not be, and that a right folder counts as it is in the end.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { effectiveSite, type SiteInForce, siteInForce } from '../../../runtime/reload/effective-site.js';
import { found, seen } from './folder-fixture.js';
import {
  BOTH,
  COLD,
  folderHistories,
  HALF,
  HOT,
  HOTTER,
  NONE,
  type Step,
  SUPPRESSED,
} from './folder-histories.js';
import { tableHistories } from './table-histories.js';

const histories = [...folderHistories, ...tableHistories];

function play(steps: readonly Step[], restartsBetween: boolean): void {
  let before: SiteInForce = siteInForce([]);
  for (const { at, rules, ...expected } of steps) {
    const site = effectiveSite(before, found(rules), { started: null, check: () => [], now: at * 1000 });
    expect(seen(site), `at ${at} s`).toEqual({ bad: {}, again: null, isMissingAll: false, ...expected });
    const changed = new Map(before.rules.texts);
    for (const { path, text } of site.changes) {
      if (text === null) changed.delete(path);
      else changed.set(path, text);
    }
    expect(Object.fromEntries(changed)).toEqual(Object.fromEntries(site.inForce.rules.texts));
    before = restartsBetween ? siteInForce(site.planFiles) : site.inForce;
  }
}

test.each(histories)('%s', (_name, steps) => play(steps, false));

describe('a restart between any two steps changes nothing', () => {
  // What is waited for is waited for anew.
  const lasting = histories.filter(([, steps]) => steps.every(({ again }) => again === undefined));
  expect(lasting.length).toBeGreaterThan(10);
  test.each(lasting)('%s', (_name, steps) => play(steps, true));
});

test('looking again at the same folder changes nothing', () => {
  for (const [, steps] of histories) {
    let before = siteInForce([]);
    for (const { at, rules } of steps) {
      const options = { started: null, check: () => [], now: at * 1000 };
      const once = effectiveSite(before, found(rules), options);
      const twice = effectiveSite(once.inForce, found(rules), options);
      expect(twice.changes).toEqual([]);
      expect(seen(twice)).toEqual(seen(once));
      before = twice.inForce;
    }
  }
});

describe('random histories', () => {
  const TEXTS = [HOT, HOTTER, COLD, BOTH, NONE, HALF, SUPPRESSED, ''];
  const folder = fc.dictionary(fc.constantFrom('a.json', 'b.json', 'c.json'), fc.constantFrom(...TEXTS), {
    noNullPrototype: true,
  });
  const steps = fc.array(fc.record({ afterMs: fc.constantFrom(0, 4_999, 5_000), folder }), {
    minLength: 3,
    maxLength: 8,
  });
  const idsIn = (site: SiteInForce) => [...site.rules.loaded.origins.keys()];

  test('no rule is lost that a file names, or did a moment ago', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let before = siteInForce([]);
        let now = 0;
        const namedAt = new Map<string, number>();
        for (const { afterMs, folder: rules } of history) {
          now += afterMs;
          const { inForce } = effectiveSite(before, found(rules), { started: null, check: () => [], now });
          const isEmpty = Object.keys(rules).length === 0;
          for (const id of idsIn(before)) {
            const isNamed = Object.values(rules).some((text) => text.includes(`"${id}"`));
            if (isNamed || isEmpty) namedAt.set(id, now);
            const isGone = !idsIn(inForce).includes(id);
            if (isGone) expect(now - (namedAt.get(id) ?? now)).toBeGreaterThanOrEqual(5_000);
          }
          for (const id of idsIn(inForce)) if (!idsIn(before).includes(id)) namedAt.set(id, now);
          before = inForce;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a folder that is right counts as it is after 5 s, whatever was before', () => {
    fc.assert(
      fc.property(steps, folder, (history, last) => {
        const files = Object.entries(last).map(([name, text]) => ({ path: `rules/${name}`, text }));
        fc.pre(files.length > 0 && loadRules(files).issues.length === 0);
        let before = siteInForce([]);
        let now = 0;
        const wait = 5_000;
        for (const { afterMs, folder: rules } of [
          ...history,
          { afterMs: 0, folder: last },
          { afterMs: wait, folder: last },
        ]) {
          now += afterMs;
          before = effectiveSite(before, found(rules), { started: null, check: () => [], now }).inForce;
        }
        expect(Object.fromEntries(before.rules.texts)).toEqual(
          Object.fromEntries(files.map(({ path, text }) => [path, text])),
        );
      }),
      { numRuns: 300 },
    );
  });
});
