// Rules that change while they run, at random: what an engine does after the swap is what one does that was saved
// right after it and loaded; each instance gives at most one event; rules that did not change notice nothing.
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Plan } from '../../rules/engine.js';
import { contentOf, copied, eventText, toDeadlines } from '../reference/engine-runs.js';
import { type RandomSwap, randomSwap, swapText } from '../reference/random-swap.js';
import { drained, feed, feedAll, forAllCases, planOf, timeoutFor } from '../reference/run-case.js';

const RUNS = 500;

function holds(property: (swap: RandomSwap, before: Plan, after: Plan) => void): void {
  forAllCases(randomSwap, { runs: RUNS, textOf: swapText }, (swap) => {
    property(swap, planOf(swap.one), planOf({ rules: swap.after, inputs: [] }));
  });
}

describe('rules that change', timeoutFor(RUNS), () => {
  it('leave a state that an engine of the new rules goes on from', () => {
    holds(({ one, at }, before, after) => {
      const inputs = drained(one.inputs);
      const engine = createEngine(before);
      feedAll(engine, inputs.slice(0, at), before);
      engine.replan(after);
      const loaded = createEngine(after);
      loaded.load(copied(engine.save()));
      expect(contentOf(loaded.save())).toEqual(contentOf(engine.save()));
      for (const input of inputs.slice(at)) {
        const events = [...toDeadlines(loaded, input), ...(feed(loaded, input, after) ?? [])];
        expect(eventText(events)).toEqual(eventText(feed(engine, input, after) ?? []));
      }
      expect(contentOf(loaded.save())).toEqual(contentOf(engine.save()));
    });
  });

  it('give each instance at most one event in the swap, and only an end to those whose rule went', () => {
    holds(({ one, at }, before, after) => {
      const engine = createEngine(before);
      feedAll(engine, one.inputs.slice(0, at), before);
      engine.advance(engine.time);
      const events = engine.replan(after).filter(({ event }) => event !== 'unsuppressed');
      const owners = events.map(({ rule, labels }) => `${rule} ${JSON.stringify(labels)}`);
      expect(owners).toEqual([...new Set(owners)]);
      const kept = new Set(after.rules.map(({ id }) => id));
      for (const { rule, event, reason } of events) {
        if (!kept.has(rule))
          expect(`${event} ${reason}`).toMatch(/^(resolved rule removed|cleared pending)$/);
      }
    });
  });

  it('are not noticed by those that do not', () => {
    holds(({ one, at }, before, after) => {
      const unchanged = new Set(
        before.rules.filter((rule) => after.rules.some((other) => isSame(rule, other))).map(({ id }) => id),
      );
      const ofUnchanged = (events: readonly AlertEvent[]): string =>
        eventText(events.filter(({ rule, event }) => unchanged.has(rule) && event !== 'unsuppressed'));
      const engine = createEngine(before);
      const other = createEngine(before);
      drained(one.inputs).forEach((input, index) => {
        const swap = index === at ? other.replan(after) : [];
        const events = [...swap, ...(feed(other, input, after) ?? [])];
        expect(unmarked(ofUnchanged(events))).toEqual(
          unmarked(ofUnchanged(feed(engine, input, before) ?? [])),
        );
      });
    });
  });
});

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Without the mark of suppression, which other rules decide about. */
function unmarked(text: string): string {
  return text.replaceAll(',"suppressed":true', '');
}
