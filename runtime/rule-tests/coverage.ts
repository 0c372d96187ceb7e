import type { AlertEvent } from '../../rules/alert-event.js';
import type { Engine, ExplainedCondition } from '../../rules/engine.js';
import type { Rule, Severity } from '../../rules/rule.js';
import { isPending } from '../replay/replay.js';
import { reachedInstances, type Target } from './reached-instances.js';
import type { TestInput } from './rule-test.js';

/** What the tests of a site leave untouched. */
export interface CoverageReport {
  readonly rules: { readonly total: number; readonly neverFired: readonly string[] };
  readonly transitions: { readonly total: number; readonly untested: readonly UntestedTransition[] };
  /** The innermost conditions of rules that some message of a test reached. */
  readonly conditions: { readonly total: number; readonly untested: readonly UntestedCondition[] };
}

export interface UntestedTransition {
  readonly rule: string;
  /** `cleared`: of a latching rule. */
  readonly event: 'firing' | 'cleared' | 'resolved';
  /** For `firing`: which one; it may also be reached by a change of severity. */
  readonly severity: Severity | null;
}

export interface UntestedCondition {
  readonly rule: string;
  readonly severity: string;
  /** The rule's own words. */
  readonly text: string;
  readonly never: 'true' | 'false';
}

interface SeenCondition {
  readonly rule: string;
  readonly severity: string;
  readonly text: string;
  isTrue: boolean;
  isFalse: boolean;
}

/** Watches the tests of a site and says what none of them touches. */
export class Coverage {
  readonly #rules: readonly Rule[];
  readonly #reach: (topic: string) => readonly Target[];
  /** `press-overheat firing critical`, `press-overheat resolved`. */
  readonly #transitions = new Set<string>();
  readonly #conditions = new Map<string, SeenCondition>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules.filter((rule) => rule.enabled);
    this.#reach = reachedInstances(this.#rules);
  }

  /** Watches one test. `look` before and after each of its inputs, `finish` with all its events. */
  watch(engine: Engine): { look(input: TestInput): void; finish(events: readonly AlertEvent[]): void } {
    const touched = new Map<string, Target>();
    return {
      look: (input) => {
        const targets = input.kind === 'message' ? this.#reach(input.message.topic) : [input.command];
        for (const target of targets) {
          touched.set(JSON.stringify([target.rule, target.labels]), target);
          this.#see(engine, target);
        }
      },
      finish: (events) => {
        for (const target of touched.values()) this.#see(engine, target);
        for (const event of events) this.#count(event);
      },
    };
  }

  report(): CoverageReport {
    const possible = this.#rules.flatMap(possibleTransitions);
    const untested = possible.filter((transition) => !this.#transitions.has(keyOf(transition)));
    const fires = (rule: Rule) =>
      rule.levels.some(({ severity }) =>
        this.#transitions.has(keyOf({ rule: rule.id, event: 'firing', severity })),
      );
    return {
      rules: {
        total: this.#rules.length,
        neverFired: this.#rules.filter((rule) => !fires(rule)).map((rule) => rule.id),
      },
      transitions: { total: possible.length, untested },
      conditions: { total: this.#conditions.size, untested: this.#untestedConditions() },
    };
  }

  #untestedConditions(): UntestedCondition[] {
    return [...this.#conditions.values()]
      .filter(({ isTrue, isFalse }) => !isTrue || !isFalse)
      .map(({ rule, severity, text, isTrue }) => ({
        rule,
        severity,
        text,
        never: isTrue ? 'false' : 'true',
      }));
  }

  #count(change: AlertEvent): void {
    if (isPending(change)) return;
    const { rule, event, severity } = change;
    if (event === 'firing' || event === 'severity') {
      this.#transitions.add(keyOf({ rule, event: 'firing', severity }));
    } else if (event === 'resolved' || event === 'cleared') {
      this.#transitions.add(keyOf({ rule, event, severity: null }));
    }
  }

  #see(engine: Engine, { rule, labels }: Target): void {
    const explanation = engine.explain(rule, labels);
    for (const { severity, condition } of explanation?.levels ?? []) {
      this.#seeCondition(condition, { rule, severity, path: `${rule} ${severity}` });
    }
  }

  #seeCondition(
    condition: ExplainedCondition,
    place: { rule: string; severity: string; path: string },
  ): void {
    if (condition.of !== undefined) {
      for (const [index, part] of condition.of.entries()) {
        this.#seeCondition(part, { ...place, path: `${place.path}.${index}` });
      }
      return;
    }
    const { rule, severity, path } = place;
    let seen = this.#conditions.get(path);
    if (seen === undefined) {
      seen = { rule, severity, text: condition.text, isTrue: false, isFalse: false };
      this.#conditions.set(path, seen);
    }
    if (condition.state === 'true') seen.isTrue = true;
    if (condition.state === 'false') seen.isFalse = true;
  }
}

function possibleTransitions({ id, levels, latch }: Rule): UntestedTransition[] {
  return [
    ...levels.map(({ severity }) => ({ rule: id, event: 'firing', severity }) as const),
    ...(latch ? [{ rule: id, event: 'cleared', severity: null } as const] : []),
    { rule: id, event: 'resolved', severity: null },
  ];
}

function keyOf({ rule, event, severity }: UntestedTransition): string {
  return severity === null ? `${rule} ${event}` : `${rule} ${event} ${severity}`;
}
