import type { AlertEvent, AlertEventKind, EndReason } from '../../rules/alert-event.js';
import { type Rule, SEVERITIES, type Severity } from '../../rules/rule.js';

/** A change that the alert of a rule can make. */
export interface Transition {
  readonly rule: string;
  /** `suppressed`: it fires while another alert keeps it quiet. */
  readonly event: Exclude<AlertEventKind, 'pending'> | 'suppressed';
  /** Of `firing`: the one that it has then. It may also be reached by a change of severity. */
  readonly severity: Severity | null;
  /** Of `severity`: to a higher one, or to a lower one. */
  readonly change?: 'up' | 'down';
  /** Of `cleared` and `resolved`, where it is one of several ways. */
  readonly reason?: EndReason;
}

/** Every change that the rule as it is written can make, in the order in which they would come. */
export function possibleTransitions(rule: Rule): Transition[] {
  const { id, levels, latch, suppressedBy, active, onUnknown } = rule;
  const ends = (reason: EndReason): Transition => ({ rule: id, event: 'resolved', severity: null, reason });
  const plain = (event: Transition['event']): Transition => ({ rule: id, event, severity: null });
  return [
    ...(waits(rule) ? [{ ...plain('cleared'), reason: 'pending' } as const] : []),
    ...levels.map(({ severity }) => ({ rule: id, event: 'firing', severity }) as const),
    ...(levels.length > 1 ? [changes(id, 'up'), changes(id, 'down')] : []),
    ...(suppressedBy.length > 0 ? [plain('suppressed'), plain('unsuppressed')] : []),
    ...(latch ? [plain('cleared')] : []),
    ...(active === null ? [] : [ends('inactive')]),
    ...(onUnknown === 'resolve' ? [ends('unknown')] : []),
    plain('resolved'),
  ];
}

/** A delay that can break off is one around all of the condition. */
function waits({ levels }: Rule): boolean {
  return levels.some(({ condition }) => {
    const inner = condition.kind === 'keepFor' ? condition.of : condition;
    return inner.kind === 'for' && inner.forMs > 0;
  });
}

function changes(rule: string, change: 'up' | 'down'): Transition {
  return { rule, event: 'severity', severity: null, change };
}

/** The changes that an event shows. */
export function transitionsIn(event: AlertEvent): Transition[] {
  const { rule, event: kind, severity, previous, reason, suppressed } = event;
  const plain = (name: Transition['event']): Transition => ({ rule, event: name, severity: null });
  const firing: Transition = { rule, event: 'firing', severity };
  switch (kind) {
    case 'pending':
      return [];
    case 'firing':
      return suppressed === true ? [firing, plain('suppressed')] : [firing];
    case 'severity':
      return previous === undefined
        ? [firing]
        : [firing, changes(rule, isHigher(severity, previous) ? 'up' : 'down')];
    case 'unsuppressed':
      return [plain('unsuppressed')];
    case 'cleared':
      return reason === 'pending' ? [{ ...plain('cleared'), reason }] : [plain('cleared')];
    case 'resolved':
      return reason === undefined
        ? [plain('resolved')]
        : [plain('resolved'), { ...plain('resolved'), reason }];
  }
}

function isHigher(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b);
}

export function transitionKey({ rule, event, severity, change, reason }: Transition): string {
  return JSON.stringify([rule, event, severity, change ?? null, reason ?? null]);
}

/** `firing critical`, `severity that rises`, `resolved because its value is unknown` */
export function transitionText({ event, severity, change, reason }: Transition): string {
  if (reason === 'pending') return 'a delay that breaks off';
  if (change !== undefined) return `a severity that ${change === 'up' ? 'rises' : 'falls'}`;
  if (reason === 'inactive') return 'resolved because its schedule ends';
  if (reason === 'unknown') return 'resolved because its value is unknown';
  return severity === null ? event : `${event} ${severity}`;
}
