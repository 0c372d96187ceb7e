import type { AlertEvent } from '../../rules/alert-event.js';
import type { ActiveSpan, Severity } from '../../rules/rule.js';
import type { Escalation, ReceiverSettings, Route } from '../site/configuration.js';
import type { Directory } from './directory.js';
import type { Routed } from './routing.js';
import { isSystemRule } from './system-alert.js';
import { SUPPRESSIBLE_MS } from './timing.js';

/** Alerts as far as routes look at them. */
export interface AlertKind {
  readonly rule: string;
  readonly severity: Severity;
  /** Values that are known. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that such alerts have and whose values may be any. */
  readonly openLabels: readonly string[];
}

/** Values of open labels; `null`: any other than those that routes name. */
export type LabelValues = Readonly<Record<string, string | null>>;

/** What becomes of some of these alerts. */
export interface RouteCase extends RouteOutcome {
  /** Of those with one of these. `[{}]`: of all. */
  readonly when: readonly LabelValues[];
}

interface RouteOutcome {
  /** What picks the receivers: the rule's `notify`, routes, that there is just one, that it is about the program. */
  readonly by: 'notify' | 'routes' | 'only-receiver' | 'every-receiver' | 'nobody';
  /** The routes that match, which also say when: counted from 1. */
  readonly routes: readonly number[];
  readonly told: readonly ToldReceiver[];
  /** Receivers that are on while such alerts fire. */
  readonly levels: readonly { readonly receiver: string; readonly topic: string }[];
  readonly escalate: readonly Escalation[];
}

/** Who is told, and when. */
export interface ToldReceiver {
  readonly receiver: string;
  readonly channel: Exclude<ReceiverSettings['channel']['kind'], 'mqtt'>;
  /** What alerts that are told together agree on; `null`: each is told by itself. */
  readonly group: readonly string[] | null;
  /** From the alert to the first notice. */
  readonly waitMs: number;
  /** So much of it because another alert may suppress it. */
  readonly holdMs: number;
  readonly intervalMs: number;
  /** `null`: it is not told again. */
  readonly repeatMs: number | null;
  /** When it is told at all; `null`: at any time. */
  readonly schedule: readonly ActiveSpan[] | null;
}

/** More combinations of label values than this are not looked at. */
const COMBINATIONS_MAX = 1_000;

/** The values of some labels have to be given. */
export class TooManyCases extends Error {}

/**
 * Where alerts go, by the same code by which they will: it is asked for each value that routes name of the open labels, and
 * for one that none of them names.
 *
 * @throws {TooManyCases}
 */
export function routeCases(kind: AlertKind, directory: Directory, routes: readonly Route[]): RouteCase[] {
  const candidates = valuesByLabel(kind.openLabels, routes);
  const cases = new Map<string, { when: LabelValues[]; outcome: RouteOutcome }>();
  for (const values of combinations(candidates)) {
    const outcome = outcomeOf(eventOf(kind, values), kind, directory, routes);
    const key = JSON.stringify(outcome);
    const known = cases.get(key);
    if (known === undefined) cases.set(key, { when: [values], outcome });
    else known.when.push(values);
  }
  return [...cases.values()].map(({ when, outcome }) => ({ when: shortened(when, candidates), ...outcome }));
}

type Candidates = ReadonlyMap<string, readonly (string | null)[]>;

function valuesByLabel(labels: readonly string[], routes: readonly Route[]): Candidates {
  const found = new Map<string, readonly (string | null)[]>();
  for (const label of labels) {
    const named = routes.flatMap(({ match }) => match.get(label) ?? []);
    if (named.length > 0) found.set(label, [...new Set(named), null]);
  }
  const count = [...found.values()].reduce((product, values) => product * values.length, 1);
  if (count > COMBINATIONS_MAX) throw new TooManyCases([...found.keys()].join(', '));
  return found;
}

/** Those in which no route names anything come last. */
function combinations(candidates: Candidates): LabelValues[] {
  let all: LabelValues[] = [{}];
  for (const [label, values] of candidates)
    all = all.flatMap((one) => values.map((value) => ({ ...one, [label]: value })));
  return all;
}

/** Leaves out labels whose value makes no difference. */
function shortened(when: readonly LabelValues[], candidates: Candidates): LabelValues[] {
  let left = [...when];
  for (const [label, values] of candidates) {
    const byOthers = new Map<string, LabelValues[]>();
    for (const one of left) {
      const key = JSON.stringify({ ...one, [label]: '' });
      byOthers.set(key, [...(byOthers.get(key) ?? []), one]);
    }
    left = [...byOthers.values()].flatMap((same) =>
      same.length < values.length ? same : same.slice(0, 1).map((one) => without(one, label)),
    );
  }
  return left;
}

function without(values: LabelValues, label: string): LabelValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== label));
}

/** No topic may have this character, and so no label of an instance has it. */
const ANY_OTHER = '\u{0}';

function eventOf({ rule, severity, labels }: AlertKind, values: LabelValues): AlertEvent {
  const open = Object.entries(values).map(([name, value]) => [name, value ?? ANY_OTHER]);
  const all = { ...labels, ...(Object.fromEntries(open) as Record<string, string>) };
  return { time: 0, rule, event: 'firing', severity, labels: all, values: {}, message: '', episode: null };
}

function outcomeOf(
  event: AlertEvent,
  { labels, severity }: AlertKind,
  directory: Directory,
  routes: readonly Route[],
): RouteOutcome {
  const routed = directory.route(event);
  const matching = routed.kind === 'to' ? routed.matching : [];
  const receivers = routed.kind === 'to' ? routed.receivers : [];
  const holdMs = directory.isSuppressible(event) ? SUPPRESSIBLE_MS[severity] : 0;
  const told = receivers.flatMap((receiver): ToldReceiver[] => {
    const settings = directory.receivers.get(receiver);
    const channel = settings?.channel.kind;
    if (settings === undefined || channel === undefined || channel === 'mqtt') return [];
    const { schedule } = settings;
    const { groupBy, waitMs, intervalMs, repeatMs } = directory.timing(receiver, matching);
    const firstMs = Math.max(waitMs[severity], holdMs);
    return [{ receiver, channel, group: groupBy, waitMs: firstMs, holdMs, intervalMs, repeatMs, schedule }];
  });
  const levels = directory.levelsFor(event).map((receiver) => {
    const pattern = directory.levels.get(receiver)?.topic.text ?? '';
    return { receiver, topic: pattern.replaceAll(/\{(\w+)\}/g, (whole, name) => labels[name] ?? whole) };
  });
  return {
    by: pickedBy(event, routed, directory),
    routes: matching.map((one) => routes.indexOf(one) + 1),
    told,
    levels,
    escalate: directory.escalations(event, matching),
  };
}

function pickedBy({ rule }: AlertEvent, routed: Routed, directory: Directory): RouteOutcome['by'] {
  if (routed.kind === 'nowhere') return 'nobody';
  if (isSystemRule(rule)) return routed.matching.length > 0 ? 'routes' : 'every-receiver';
  if (directory.namesItself(rule)) return 'notify';
  return routed.matching.length > 0 ? 'routes' : 'only-receiver';
}
