import type { Aggregate, Condition, Signal } from '../rule.js';
import { DerivedReadings } from './derived-readings.js';
import { child, keyPlace, type Span } from './json-tree.js';
import { NOT_BUILT_YET } from './not-built-yet.js';
import type { RuleDraft } from './read-rule.js';
import type { RuleScope } from './rule-scope.js';
import { walkRule } from './walk-rule.js';

/** Refuses what the engine cannot evaluate yet. `order`: the `let` signals, each after those it is made of. */
export function checkBuilt(draft: RuleDraft, scope: RuleScope, order: readonly string[]): void {
  const check = new BuiltCheck(draft, scope, order);
  check.rule();
  walkRule(draft.rule, {
    signal: (signal) => check.signal(signal),
    condition: (condition) => check.condition(condition),
  });
}

const WINDOW_WORDS: Readonly<Record<Aggregate['window']['kind'], string>> = {
  sliding: 'Sliding windows (`over`)',
  count: 'Windows over a number of readings (`over`)',
  aligned: 'Aligned windows (`every`)',
  session: 'Session windows (`session`)',
  during: 'Windows while a condition is true (`during`)',
};

class BuiltCheck {
  readonly #draft: RuleDraft;
  readonly #scope: RuleScope;
  readonly #derived: DerivedReadings;

  constructor(draft: RuleDraft, scope: RuleScope, order: readonly string[]) {
    this.#draft = draft;
    this.#scope = scope;
    this.#derived = new DerivedReadings(draft.rule, scope, order);
  }

  rule(): void {
    const { node } = this.#draft;
    if (NOT_BUILT_YET.active && child(node, 'active')) {
      this.#refuse(keyPlace(node, 'active'), 'Schedules (`active`) are');
    }
  }

  signal(signal: Signal): void {
    const place = this.#draft.context.placeOf(signal);
    if (NOT_BUILT_YET.signals.has(signal.kind)) this.#refuse(place, `\`${signal.kind}\` is`);
    else if (signal.kind === 'aggregate') this.#aggregate(signal, place);
    else if (signal.kind === 'previous' || signal.kind === 'ewma') this.#source(signal.of, place);
  }

  condition(condition: Condition): void {
    const place = this.#draft.context.placeOf(condition);
    if (NOT_BUILT_YET.conditions.has(condition.kind)) this.#refuse(place, `\`${condition.kind}\` is`);
    if (NOT_BUILT_YET.expected && condition.kind === 'absent' && condition.expected !== null) {
      this.#refuse(place, '`expected` of `absent` is');
    }
    if (condition.kind === 'changed') this.#source(condition.of, place);
  }

  #aggregate(aggregate: Aggregate, place: Span): void {
    const { function: name, window } = aggregate;
    if (NOT_BUILT_YET.functions.has(name)) {
      this.#refuse(place, name === 'percentile' ? 'Percentiles are' : `\`${name}\` is`);
    } else if (NOT_BUILT_YET.windows.has(window.kind))
      this.#refuse(place, `${WINDOW_WORDS[window.kind]} are`);
    else this.#source(aggregate.of, place);
  }

  /** A signal whose readings count. Those of an input always can; its broken ones were reported. */
  #source(of: Signal, place: Span): void {
    const { inputs, signals, hasHiddenLabels } = this.#scope;
    if (of.kind === 'name' && (inputs.has(of.name) || !signals.has(of.name))) return;
    if (NOT_BUILT_YET.derivedReadings) {
      this.#refuse(place, 'Readings of anything but an input (here: of a signal made from others) are');
    } else if (NOT_BUILT_YET.sharedReadings && !hasHiddenLabels && this.#derived.mayComeBefore(of)) {
      this.#refuse(
        place,
        'Readings of a signal that can have some before the instance begins, from shared inputs alone, are',
      );
    }
  }

  #refuse(place: Span, what: string): void {
    const message = `${what} not supported yet.`;
    const hint = 'Until then the whole rule is refused, so that nothing is evaluated by half.';
    this.#draft.context.report(place, { code: 'not-supported-yet', message, hint });
  }
}
