import type { Plan } from '../../rules/engine.js';
import type { Style } from '../command-line/style.js';
import type { UntestedCondition } from './condition-coverage.js';
import type { CoverageReport } from './coverage.js';
import { failureText } from './failure-text.js';
import { transitionText } from './possible-transitions.js';
import { explainAt, type TestResult } from './run-test.js';

export interface TestReport {
  readonly results: readonly TestResult[];
  /** What they ran. */
  readonly plan: Plan;
  /** `null`: only some of the tests ran. */
  readonly coverage: CoverageReport | null;
}

/** A coverage list longer than this is counted: it is a hint, not the result. */
const UNTESTED_MAX = 8;

/** What a run of rule tests gave, for people: each test by file, failures with what came instead, and what is untested. */
export function testReport({ results, plan, coverage }: TestReport, style: Style): string {
  const files = [...new Set(results.map(({ test }) => test.file))];
  const blocks = files.map((file) => {
    const ofFile = results.filter(({ test }) => test.file === file);
    return [style('bold', file), ...ofFile.flatMap((result) => resultLines(result, plan, style))];
  });
  const lines = [...blocks.flatMap((block) => [...block, '']), totals(results, style)];
  return `${[...lines, ...(coverage === null ? [] : untested(coverage))].join('\n')}\n`;
}

function resultLines(result: TestResult, plan: Plan, style: Style): string[] {
  const { test, isPassed } = result;
  if (isPassed) return [`  ${style('green', '✓')} ${test.name}`];
  const why = failureText(result, (place) => explainAt(test, plan, place), style);
  return [
    `  ${style('red', '✗')} ${test.name} (${test.file}:${test.line})`,
    ...why.map((line) => `      ${line}`),
  ];
}

function totals(results: readonly TestResult[], style: Style): string {
  const failed = results.filter(({ isPassed }) => !isPassed).length;
  const passed = results.length - failed;
  return failed === 0
    ? style('green', `${passed} passed`)
    : `${passed} passed, ${style('red', `${failed} failed`)}`;
}

function untested({ rules, transitions, conditions }: CoverageReport): string[] {
  // Of a rule that never fires, nothing more needs to be said.
  const ofRulesThatFire = transitions.untested.filter(({ rule }) => !rules.neverFired.includes(rule));
  return [
    ...list(
      `Rules that never fire in a test (${rules.neverFired.length} of ${rules.total}):`,
      rules.neverFired,
    ),
    ...list(
      `Events in no test (${ofRulesThatFire.length} of ${transitions.total}):`,
      ofRulesThatFire.map((transition) => `${transition.rule}: ${transitionText(transition)}`),
    ),
    ...list(
      `Conditions that are always the same (${conditions.untested.length} of ${conditions.total}):`,
      conditions.untested.map(conditionText),
    ),
  ];
}

/** `rules/oil-hot.json:19:49: never false: oil above 60 for 4s (oil-hot, warning)` */
function conditionText({ rule, severity, text, never, place }: UntestedCondition): string {
  const at = place === null ? '' : `${place.file}:${place.line}:${place.column}: `;
  return `${at}never ${never}: ${text} (${rule}, ${severity})`;
}

function list(heading: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const more = items.length > UNTESTED_MAX ? [`  … and ${items.length - UNTESTED_MAX} more`] : [];
  return [heading, ...items.slice(0, UNTESTED_MAX).map((item) => `  ${item}`), ...more];
}

/** The same for programs: one JSON value. */
export function testReportJson({ results, coverage }: TestReport): string {
  const failed = results.filter(({ isPassed }) => !isPassed).length;
  const tests = results.map(({ test, isPassed, pairings, refusals, failedFunctions }) => ({
    file: test.file,
    line: test.line,
    name: test.name,
    passed: isPassed,
    mismatches: pairings.filter(({ kind }) => kind !== 'match'),
    refusals,
    failedFunctions,
  }));
  return `${JSON.stringify({ passed: results.length - failed, failed, tests, coverage }, null, 2)}\n`;
}
