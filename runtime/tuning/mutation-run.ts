import type { SourceFile } from '../../rules/format/document.js';
import type { RuleOrigin } from '../../rules/format/load-rules.js';
import type { Rule } from '../../rules/rule.js';
import type { ReplayPlan } from '../replay/replay.js';
import type { RuleTest } from '../rule-tests/rule-test.js';
import { runTest } from '../rule-tests/run-test.js';
import { loadPlan } from '../site/load-plan.js';
import { editedFiles } from './edited-files.js';
import type { Mutation } from './mutation.js';
import { mutationsOf } from './mutations-of.js';
import { neededFiles } from './needed-plan.js';
import { type NarrowTest, type RelevantTests, relevantTests } from './relevant-tests.js';

/** What became of a change. */
export type MutationResult =
  /** A test failed: the first that did. */
  | { readonly kind: 'noticed'; readonly mutation: Mutation; readonly by: RuleTest }
  | { readonly kind: 'unnoticed'; readonly mutation: Mutation; readonly origin: RuleOrigin };

/** What became of the changes of one rule. */
export interface MutatedRule {
  readonly rule: Rule;
  readonly origin: RuleOrigin;
  /** Tests that look at it; none: nothing of it can be noticed. */
  readonly tests: number;
  readonly results: readonly MutationResult[];
}

export interface MutationWish extends Pick<ReplayPlan, 'payloads'> {
  readonly files: readonly SourceFile[];
  /** That pass. */
  readonly tests: readonly RuleTest[];
  /** Only these rules; none: all that are enabled. */
  readonly rules: readonly string[];
}

/** Tries every change of one rule after the other, gives each rule when it is done, and yields in between for others. */
export async function* mutateRules(
  { files, tests, rules, payloads = [] }: MutationWish,
  progress: (done: number, total: number) => Promise<void>,
): AsyncGenerator<MutatedRule> {
  const loaded = loadPlan(files);
  const chosen = loaded.rules.filter(
    ({ id, enabled }) => enabled && (rules.length === 0 || rules.includes(id)),
  );
  const works = chosen.flatMap((rule) => {
    const origin = loaded.origins.get(rule.id);
    return origin === undefined ? [] : [{ rule, origin, mutations: mutationsOf(rule.id, origin) }];
  });
  const total = works.reduce((sum, { mutations }) => sum + mutations.length, 0);
  let done = 0;
  for (const { rule, origin, mutations } of works) {
    const relevant = relevantTests(loaded.plan, rule, tests);
    const tester = new MutationTester({
      files: neededFiles(files, loaded, relevant.plan),
      full: { ...loaded.plan, payloads },
      rule,
      origin,
      relevant,
    });
    const results: MutationResult[] = [];
    for (const mutation of mutations) {
      const result = tester.try(mutation);
      if (result !== null) results.push(result);
      done += 1;
      await progress(done, total);
    }
    yield { rule, origin, tests: relevant.tests.length, results };
  }
}

interface TesterOptions {
  readonly files: readonly SourceFile[];
  /** All of the site. */
  readonly full: ReplayPlan;
  readonly rule: Rule;
  readonly origin: RuleOrigin;
  readonly relevant: RelevantTests;
}

class MutationTester {
  readonly #options: TesterOptions;
  /** The one that noticed the last change is likely to notice the next one. */
  #tests: readonly NarrowTest[];

  constructor(options: TesterOptions) {
    this.#options = options;
    this.#tests = options.relevant.tests;
  }

  /** `null`: it is no rule any more, or it says the same. */
  try(mutation: Mutation): MutationResult | null {
    const changed = this.#changed(mutation);
    if (changed === null) return null;
    for (const one of this.#tests) {
      if (this.#passes(one, changed)) continue;
      this.#tests = [one, ...this.#tests.filter((other) => other !== one)];
      return { kind: 'noticed', mutation, by: one.test };
    }
    return { kind: 'unnoticed', mutation, origin: this.#options.origin };
  }

  #changed({ edit }: Mutation): Rule | null {
    const { files, origin, rule } = this.#options;
    const { rules } = loadPlan(editedFiles(files, [{ path: origin.document.path, ...edit }]));
    const changed = rules.find(({ id }) => id === rule.id);
    return changed === undefined || isSame(changed, rule) ? null : changed;
  }

  #passes({ test, narrow, isExact }: NarrowTest, changed: Rule): boolean {
    const { relevant, full } = this.#options;
    const narrowPlan = { ...relevant.plan, payloads: full.payloads ?? [] };
    if (narrow !== null && !runTest(narrow, withRule(narrowPlan, changed), null).isPassed) return false;
    return (narrow !== null && isExact) || runTest(test, withRule(full, changed), null).isPassed;
  }
}

function withRule(plan: ReplayPlan, changed: Rule): ReplayPlan {
  return { ...plan, rules: plan.rules.map((rule) => (rule.id === changed.id ? changed : rule)) };
}

function isSame(a: Rule, b: Rule): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
