import { resolve } from 'node:path';
import { Coverage } from '../../rule-tests/coverage.js';
import { readAllTests } from '../../rule-tests/read-tests.js';
import type { RuleTest } from '../../rule-tests/rule-test.js';
import { runTest } from '../../rule-tests/run-test.js';
import { testReport, testReportJson } from '../../rule-tests/test-report.js';
import type { Site } from '../../site/load-site.js';
import { CannotRun, type Command, EXIT, type Io, SiteHasErrors, UsageError } from '../command.js';
import { issueReport } from '../issue-report.js';
import { parseOptions } from '../options.js';
import { runMutations } from '../run-mutations.js';
import { chooseRules, siteOrStop } from '../site-rules.js';
import { styleFor } from '../style.js';

export const testCommand: Command = {
  help: `Run the rule tests of a site: tests/*.json.

Usage: tocsin test [--site DIR] [--rule ID] [--mutate] [--json] [FILE...]

  FILE         only the tests in these files (default: all in tests/)
  --site DIR   the folder with rules/ and tests/ (default: the current folder)
  --rule ID    only tests that name this rule; may be given several times
  --mutate     find what no test would notice: change each number, time and
               comparator of the rules a little, one at a time, and run the
               tests; with --rule only those of this rule
  --json       results for programs

A test sends messages in virtual time and lists every event that must come:

  { "tests": [ {
    "name": "fires after 30 s above 80",
    "readings": [
      { "from": "0s", "every": "10s", "to": "60s",
        "topic": "plant/m1/temp", "payload": 85 } ],
    "expect": [
      { "at": "30s", "rule": "overheat", "event": "firing" } ] } ] }

A test that fails shows what was expected beside what came, and the values at
that time. Rules, conditions and events that no test touches are listed last.

The exit code is 1 if a test fails, with --mutate if a change goes unnoticed.

Examples:
  tocsin test --site plant
  tocsin test --site plant plant/tests/press.json
  tocsin test --rule press-overheat
  tocsin test --mutate --rule press-overheat
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        rule: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        mutate: { type: 'boolean', default: false },
      },
      'FILE...',
    );
    const site = await siteOrStop(values.site, io);
    chooseRules(site.plan, values.rule); // a misspelt rule is said before nothing is found
    const all = readTestsOrStop(site, io);
    if (values.mutate) {
      const tests = chooseTests(all, { site, files: positionals, rules: [] });
      return runMutations({ site, tests, rules: values.rule, isJson: values.json }, io);
    }
    const tests = chooseTests(all, { site, files: positionals, rules: values.rule });
    const coverage = new Coverage(site.rules, site.origins);
    const results = tests.map((test) => runTest(test, site.plan, coverage));
    // Of a few chosen tests nobody expects that they touch everything.
    const isComplete = positionals.length === 0 && values.rule.length === 0;
    const report = { results, plan: site.plan, coverage: isComplete ? coverage.report() : null };
    io.stdout.write(values.json ? testReportJson(report) : testReport(report, styleFor(io.stdout)));
    return results.every(({ isPassed }) => isPassed) ? EXIT.ok : EXIT.findings;
  },
};

function readTestsOrStop(site: Site, io: Io): readonly RuleTest[] {
  const { tests, issues } = readAllTests(site);
  if (issues.length > 0) {
    io.stderr.write(issueReport(issues, site.files, styleFor(io.stderr)));
    throw new SiteHasErrors('the tests of the site have errors');
  }
  if (tests.length === 0) {
    throw new CannotRun(`there are no tests in ${site.folder}: test files belong into its folder tests/`);
  }
  return tests;
}

interface Choice {
  readonly site: Site;
  readonly files: readonly string[];
  readonly rules: readonly string[];
}

/** Files may be given as seen from the current folder or from the site's. */
function chooseTests(tests: readonly RuleTest[], { site, files, rules }: Choice): RuleTest[] {
  const wanted = new Set(files.map((file) => findFile(site, file)));
  const chosen = tests.filter(
    (test) =>
      (wanted.size === 0 || wanted.has(test.file)) &&
      (rules.length === 0 || rules.some((id) => names(test, id))),
  );
  if (chosen.length === 0) throw new UsageError('no test is left to run');
  return chosen;
}

function findFile(site: Site, file: string): string {
  const found = site.files.tests.find(
    ({ path }) =>
      resolve(file) === resolve(site.folder, path) ||
      resolve(site.folder, file) === resolve(site.folder, path),
  );
  if (found !== undefined) return found.path;
  throw new UsageError(`${file} is none of the test files of ${site.folder}`);
}

function names(test: RuleTest, rule: string): boolean {
  return (
    test.rules?.includes(rule) === true ||
    test.expect.some((expected) => expected.rule === rule) ||
    test.inputs.some((input) => input.kind === 'command' && input.command.rule === rule)
  );
}
