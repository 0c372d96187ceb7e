import { setImmediate } from 'node:timers/promises';
import type { RuleTest } from '../rule-tests/rule-test.js';
import { runTest } from '../rule-tests/run-test.js';
import { testReport } from '../rule-tests/test-report.js';
import type { Site } from '../site/load-site.js';
import { type MutatedRule, mutateRules } from '../tuning/mutation-run.js';
import { EXIT, type Io, SiteHasErrors } from './command.js';
import { countsOf, mutationReportJson, totalsText, unnoticedText } from './pages/mutation-page.js';
import { Progress } from './progress.js';
import { styleFor } from './style.js';
import { PAGE_WIDTH } from './text-layout.js';

export interface MutationRunOptions {
  readonly site: Site;
  readonly tests: readonly RuleTest[];
  /** Only these; none: all. */
  readonly rules: readonly string[];
  readonly isJson: boolean;
}

/** So often others get to run, Ctrl-C among them. */
const BREATHE_MS = 50;

/**
 * Changes rules a little, one place at a time, and tells which changes no test notices; gives the exit code.
 *
 * @throws {SiteHasErrors} a test fails by itself: what it notices says nothing
 */
export async function runMutations(
  { site, tests, rules, isJson }: MutationRunOptions,
  io: Io,
): Promise<number> {
  refuseFailing(site, tests, io);
  const style = styleFor(io.stdout);
  const progress = new Progress(io.stderr);
  const done: MutatedRule[] = [];
  const wish = { files: site.files.plan, tests, rules, payloads: site.plan.payloads ?? [] };
  let breathedAt = performance.now();
  const step = async (count: number, total: number) => {
    const of = `${count.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} changes`;
    progress.bar(count / Math.max(1, total), of);
    if (performance.now() - breathedAt < BREATHE_MS) return;
    await setImmediate();
    breathedAt = performance.now();
  };
  try {
    for await (const one of mutateRules(wish, step)) {
      done.push(one);
      progress.clear();
      if (!isJson) io.stdout.write(unnoticedText(one, style, PAGE_WIDTH));
    }
  } finally {
    progress.clear();
  }
  io.stdout.write(isJson ? mutationReportJson(done) : totalsText(done, style));
  return countsOf(done).unnoticed === 0 ? EXIT.ok : EXIT.findings;
}

function refuseFailing({ plan }: Site, tests: readonly RuleTest[], io: Io): void {
  const results = tests.map((test) => runTest(test, plan, null)).filter(({ isPassed }) => !isPassed);
  if (results.length === 0) return;
  io.stderr.write(testReport({ results, plan, coverage: null }, styleFor(io.stderr)));
  throw new SiteHasErrors('these tests fail as it is: mend them before you ask what they notice');
}
