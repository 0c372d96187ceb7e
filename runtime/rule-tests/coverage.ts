import type { AlertEvent } from '../../rules/alert-event.js';
import type { Engine } from '../../rules/engine.js';
import type { RuleOrigin } from '../../rules/format/load-rules.js';
import type { Rule } from '../../rules/rule.js';
import { ConditionCoverage, type UntestedCondition } from './condition-coverage.js';
import {
  possibleTransitions,
  type Transition,
  transitionKey,
  transitionsIn,
} from './possible-transitions.js';
import { reachedInstances, type Target } from './reached-instances.js';
import type { TestInput } from './rule-test.js';

/** What the tests of a site leave untouched. */
export interface CoverageReport {
  readonly rules: { readonly total: number; readonly neverFired: readonly string[] };
  readonly transitions: { readonly total: number; readonly untested: readonly Transition[] };
  /** All conditions with their parts. Of rules that no message of a test reaches none is among the untested ones. */
  readonly conditions: {
    readonly total: number;
    /** So many were unknown at some time, too. */
    readonly unknown: number;
    readonly untested: readonly UntestedCondition[];
  };
}

/** Watches one test. */
export interface TestWatch {
  /** Before and after each input. */
  look(input: TestInput): void;
  /** Whenever a timer may have changed something. */
  lookAgain(): void;
  /** At the end, with all events. */
  finish(events: readonly AlertEvent[]): void;
}

/** Watches the tests of a site and says what none of them touches. */
export class Coverage {
  readonly #rules: readonly Rule[];
  readonly #reach: (topic: string) => readonly Target[];
  readonly #transitions = new Set<string>();
  /** By rule. */
  readonly #conditions: ReadonlyMap<string, ConditionCoverage>;

  /** @param origins where the rules were read, for the places of what is untested */
  constructor(rules: readonly Rule[], origins: ReadonlyMap<string, RuleOrigin> = NO_ORIGINS) {
    this.#rules = rules.filter((rule) => rule.enabled);
    this.#reach = reachedInstances(this.#rules);
    this.#conditions = new Map(
      this.#rules.map((rule) => [rule.id, new ConditionCoverage(rule, origins.get(rule.id) ?? null)]),
    );
  }

  watch(engine: Engine): TestWatch {
    const touched = new Map<string, Target>();
    const lookAgain = () => {
      for (const target of touched.values()) this.#see(engine, target);
    };
    return {
      look: (input) => {
        const targets = input.kind === 'message' ? this.#reach(input.message.topic) : [input.command];
        for (const target of targets) {
          touched.set(JSON.stringify([target.rule, target.labels]), target);
          this.#see(engine, target);
        }
      },
      lookAgain,
      finish: (events) => {
        lookAgain();
        for (const event of events)
          for (const transition of transitionsIn(event)) this.#transitions.add(transitionKey(transition));
      },
    };
  }

  report(): CoverageReport {
    const possible = this.#rules.flatMap(possibleTransitions);
    const isTouched = (transition: Transition) => this.#transitions.has(transitionKey(transition));
    const fires = (rule: Rule) =>
      rule.levels.some(({ severity }) => isTouched({ rule: rule.id, event: 'firing', severity }));
    const conditions = [...this.#conditions.values()];
    return {
      rules: {
        total: this.#rules.length,
        neverFired: this.#rules.filter((rule) => !fires(rule)).map((rule) => rule.id),
      },
      transitions: {
        total: possible.length,
        untested: possible.filter((transition) => !isTouched(transition)),
      },
      conditions: {
        total: conditions.reduce((sum, { total }) => sum + total, 0),
        unknown: conditions.reduce((sum, { unknown }) => sum + unknown, 0),
        untested: conditions.flatMap((one) => (one.isReached ? one.untested() : [])),
      },
    };
  }

  #see(engine: Engine, { rule, labels }: Target): void {
    const explanation = engine.explain(rule, labels);
    if (explanation !== null) this.#conditions.get(rule)?.see(explanation.levels);
  }
}

const NO_ORIGINS: ReadonlyMap<string, RuleOrigin> = new Map();
