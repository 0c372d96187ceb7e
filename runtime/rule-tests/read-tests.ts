import { didYouMean } from '../../rules/format/did-you-mean.js';
import { type Document, type Path, readDocument, type SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import type { Site } from '../site/load-site.js';
import { readEntry, timeOf } from './read-entry.js';
import type { RuleTest, TestInput } from './rule-test.js';
import { type Moment, type TestShape, testFileShape } from './test-shape.js';

/** 2026-01-01T00:00:00Z: a fixed one, so that a test means the same every day. */
const DEFAULT_START = Date.UTC(2026, 0, 1);

export interface ReadTests {
  readonly tests: readonly RuleTest[];
  readonly issues: readonly Issue[];
}

/**
 * Reads a file of rule tests; `ruleIds` are the rules that it may speak of (`null`: any). Never throws: what is wrong is an issue,
 * and a file with an error in it has no tests.
 */
export function readTests(file: SourceFile, ruleIds: readonly string[] | null): ReadTests {
  const { value, document } = readDocument(file, testFileShape);
  if (value === null) return { tests: [], issues: document.issues };
  const tests = value.tests.map((test, index) => readTest(test, ['tests', index], document));
  if (ruleIds !== null) {
    for (const [index, test] of value.tests.entries()) checkRules(test, ['tests', index], document, ruleIds);
  }
  return { tests: document.hasErrors ? [] : tests, issues: document.issues };
}

/** All rule tests of a site. Where rules have errors, which ones a test may speak of is not known and not checked. */
export function readAllTests(site: Site): ReadTests {
  const isKnown = !site.ruleIssues.some(({ severity }) => severity === 'error');
  const ruleIds = isKnown ? site.rules.map((rule) => rule.id) : null;
  const read = site.files.tests.map((file) => readTests(file, ruleIds));
  const unreadable = site.files.issues.filter(({ file }) => file.startsWith('tests'));
  return {
    tests: read.flatMap(({ tests }) => tests),
    issues: [...unreadable, ...read.flatMap(({ issues }) => issues)],
  };
}

function readTest(test: TestShape, path: Path, document: Document): RuleTest {
  const start = readStart(test.start, [...path, 'start'], document);
  const inputs = test.readings.flatMap((entry, index) =>
    readEntry({ entry, path: [...path, 'readings', index], document, start }),
  );
  return {
    name: test.name,
    ...placeOf(document, path),
    start,
    inputs: inOrderOfTime(inputs),
    until: test.until === undefined ? null : timeOf(test.until, start),
    rules: test.rules ?? null,
    expect: test.expect.map(({ at, ...rest }, index) => ({
      ...rest,
      line: placeOf(document, [...path, 'expect', index]).line,
      at: at === undefined ? undefined : timeOf(at, start),
    })),
  };
}

function readStart(start: Moment | undefined, path: Path, document: Document): number {
  if (start === undefined) return DEFAULT_START;
  if (start.kind === 'date') return start.time;
  const message = '"start" is a time such as "2026-01-05T06:00:00Z".';
  document.report(document.at(path), { code: 'invalid-value', message });
  return DEFAULT_START;
}

/** Stable: what has one time stays in file order. */
function inOrderOfTime(inputs: readonly TestInput[]): TestInput[] {
  return [...inputs].sort((a, b) => a.time - b.time);
}

function placeOf(document: Document, path: Path): { file: string; line: number } {
  const { file, line } = document.locate(document.at(path));
  return { file, line };
}

/** A misspelt rule would be a test that never fails, or never passes. */
function checkRules(test: TestShape, path: Path, document: Document, ruleIds: readonly string[]): void {
  const check = (id: string | undefined, place: Path, possible: readonly string[], where: string) => {
    if (id === undefined || possible.includes(id)) return;
    const meant = didYouMean(id, possible);
    const hint = meant === null ? null : `Did you mean "${meant}"?`;
    document.report(document.at(place), {
      code: 'invalid-value',
      message: `There is no rule "${id}" ${where}.`,
      hint,
    });
  };
  for (const [index, id] of (test.rules ?? []).entries()) {
    check(id, [...path, 'rules', index], ruleIds, 'in this site');
  }
  for (const [index, { reset, forget }] of test.readings.entries()) {
    check(reset, [...path, 'readings', index, 'reset'], ruleIds, 'in this site');
    check(forget, [...path, 'readings', index, 'forget'], ruleIds, 'in this site');
  }
  const compared = test.rules ?? ruleIds;
  const where = test.rules === undefined ? 'in this site' : 'among the "rules" of this test';
  for (const [index, { rule }] of test.expect.entries()) {
    check(rule, [...path, 'expect', index, 'rule'], compared, where);
  }
}
