import type { AlertEvent } from '../../rules/alert-event.js';
import type { ExpectedEvent } from './rule-test.js';

/** An expected event beside the one that came; one of the two may be missing. */
export type Pairing =
  | { readonly kind: 'match'; readonly expected: ExpectedEvent; readonly event: AlertEvent }
  /** The event that was most likely meant, with the keys in which it differs. */
  | {
      readonly kind: 'different';
      readonly expected: ExpectedEvent;
      readonly event: AlertEvent;
      readonly differences: readonly Difference[];
    }
  | { readonly kind: 'missing'; readonly expected: ExpectedEvent }
  | { readonly kind: 'unexpected'; readonly event: AlertEvent };

export interface Difference {
  /** `severity`, `labels.machine`, `values.temp` … */
  readonly key: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** Beyond this many combinations events are paired by their place only; the verdict is the same. */
const COMBINATIONS_MAX = 1_000_000;

/**
 * Compares the complete list of expected events with those that came, in order. All pairings are a `match` exactly if
 * the lists agree; otherwise as few events as possible are called missing, unexpected or different.
 */
export function compareEvents(expected: readonly ExpectedEvent[], events: readonly AlertEvent[]): Pairing[] {
  const isMatch = (e: number, g: number) => {
    const [wanted, got] = [expected[e], events[g]];
    return wanted !== undefined && got !== undefined && differencesOf(wanted, got).length === 0;
  };
  const shorter = Math.min(expected.length, events.length);
  let head = 0;
  while (head < shorter && isMatch(head, head)) head += 1;
  let tail = 0;
  while (tail < shorter - head && isMatch(expected.length - 1 - tail, events.length - 1 - tail)) tail += 1;
  const middle = align(
    expected.slice(head, expected.length - tail),
    events.slice(head, events.length - tail),
  );
  return [
    ...pairByPlace(expected.slice(0, head), events.slice(0, head)),
    ...middle,
    ...pairByPlace(expected.slice(expected.length - tail), events.slice(events.length - tail)),
  ];
}

/** The keys in which an event is not what was expected. */
export function differencesOf(expected: ExpectedEvent, event: AlertEvent): Difference[] {
  const found: Difference[] = [];
  const compare = (key: string, wanted: unknown, got: unknown) => {
    if (wanted !== undefined && wanted !== got) found.push({ key, expected: wanted, got });
  };
  compare('at', expected.at, event.time);
  for (const key of ['rule', 'event', 'severity', 'message', 'episode', 'previous', 'reason'] as const) {
    compare(key, expected[key], event[key]);
  }
  for (const [name, value] of Object.entries(expected.labels ?? {})) {
    compare(`labels.${name}`, value, event.labels[name]);
  }
  for (const [name, value] of Object.entries(expected.values ?? {})) {
    compare(`values.${name}`, value, event.values[name]);
  }
  for (const key of ['suppressed', 'late', 'stale'] as const) {
    compare(key, expected[key], event[key] === true);
  }
  return found;
}

// ---- alignment: the cheapest way to turn one list into the other ----

const MISSING = 1;
const UNEXPECTED = 1;
/** Dearer than a match, cheaper than a missing and an unexpected event; the nearer the better. */
const DIFFERENT = 1.5;

function align(expected: readonly ExpectedEvent[], events: readonly AlertEvent[]): Pairing[] {
  if (expected.length * events.length > COMBINATIONS_MAX) return pairByPlace(expected, events);
  // cost[e][g]: of the best pairing of what comes from expected e and event g on.
  const width = events.length + 1;
  const cost = new Float64Array((expected.length + 1) * width);
  const pairing = new Float64Array((expected.length + 1) * width);
  for (let e = expected.length; e >= 0; e -= 1) {
    for (let g = events.length; g >= 0; g -= 1) {
      const [wanted, got] = [expected[e], events[g]];
      const here = e * width + g;
      const together = wanted && got ? pairCost(wanted, got) : Number.POSITIVE_INFINITY;
      pairing[here] = together + (cost[here + width + 1] ?? 0);
      const without = wanted ? MISSING + (cost[here + width] ?? 0) : Number.POSITIVE_INFINITY;
      const surplus = got ? UNEXPECTED + (cost[here + 1] ?? 0) : Number.POSITIVE_INFINITY;
      cost[here] = wanted || got ? Math.min(pairing[here] ?? 0, without, surplus) : 0;
    }
  }
  return walk(expected, events, { cost, pairing, width });
}

interface Costs {
  readonly cost: Float64Array;
  readonly pairing: Float64Array;
  readonly width: number;
}

function walk(
  expected: readonly ExpectedEvent[],
  events: readonly AlertEvent[],
  { cost, pairing, width }: Costs,
): Pairing[] {
  const pairings: Pairing[] = [];
  let e = 0;
  let g = 0;
  while (e < expected.length || g < events.length) {
    const [wanted, got] = [expected[e], events[g]];
    const here = e * width + g;
    if (wanted && got && cost[here] === pairing[here]) {
      pairings.push(pair(wanted, got));
      e += 1;
      g += 1;
    } else if (
      wanted &&
      (!got || (cost[here] === MISSING + (cost[here + width] ?? 0) && isFirst(wanted, got)))
    ) {
      pairings.push({ kind: 'missing', expected: wanted });
      e += 1;
    } else if (got && cost[here] === UNEXPECTED + (cost[here + 1] ?? 0)) {
      pairings.push({ kind: 'unexpected', event: got });
      g += 1;
    } else if (wanted) {
      pairings.push({ kind: 'missing', expected: wanted });
      e += 1;
    }
  }
  return pairings;
}

/** Where either may come first, the earlier one does: the list is read in order of time. */
function isFirst({ at }: ExpectedEvent, { time }: AlertEvent): boolean {
  return at === undefined || at <= time;
}

function pairCost(expected: ExpectedEvent, event: AlertEvent): number {
  const differences = differencesOf(expected, event);
  if (differences.length === 0) return 0;
  if (differences.some(({ key }) => key === 'rule' || key === 'event' || key.startsWith('labels.'))) {
    return Number.POSITIVE_INFINITY;
  }
  const offMs = expected.at === undefined ? 0 : Math.abs(expected.at - event.time);
  return DIFFERENT + Math.min(0.2, differences.length * 0.01) + 0.2 * (offMs / (offMs + 60_000));
}

function pair(expected: ExpectedEvent, event: AlertEvent): Pairing {
  const differences = differencesOf(expected, event);
  return differences.length === 0
    ? { kind: 'match', expected, event }
    : { kind: 'different', expected, event, differences };
}

function pairByPlace(expected: readonly ExpectedEvent[], events: readonly AlertEvent[]): Pairing[] {
  const paired = expected.slice(0, events.length).flatMap((wanted, index) => {
    const event = events[index];
    return event === undefined ? [] : [pair(wanted, event)];
  });
  return [
    ...paired,
    ...expected.slice(events.length).map((wanted) => ({ kind: 'missing', expected: wanted }) as const),
    ...events.slice(expected.length).map((event) => ({ kind: 'unexpected', event }) as const),
  ];
}
