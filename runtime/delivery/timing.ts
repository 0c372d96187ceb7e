import type { Severity } from '../../rules/rule.js';
import type { Audience } from '../formats/format-names.js';
import type { Route } from '../site/configuration.js';

/** When, and together with what, a receiver is told of an alert. */
export interface Timing {
  /** Labels, `rule` or `severity` whose values make a group; `null`: every alert is told by itself. */
  readonly groupBy: readonly string[] | null;
  /** From the first alert of a group to its first notice, by the severity of the alert. */
  readonly waitMs: Readonly<Record<Severity, number>>;
  /** From a notice to the next one about changes. */
  readonly intervalMs: number;
  /** From the last notice to the next one about what still fires; `null`: there is none. */
  readonly repeatMs: number | null;
}

/** Machines take everything as it comes; people take in one mail at a time, and what is over in seconds is no news. */
const DEFAULT: Readonly<Record<Exclude<Audience, 'single'>, Timing>> = {
  programs: { groupBy: null, waitMs: { info: 0, warning: 0, critical: 0 }, intervalMs: 0, repeatMs: null },
  people: {
    groupBy: ['rule'],
    waitMs: { info: 10_000, warning: 10_000, critical: 1_000 },
    intervalMs: 60_000,
    repeatMs: null,
  },
};

/** How a receiver is served: as the route has it, where it says something. One that takes single alerts gets no groups. */
export function timingOf(audience: Audience, route: Route | null): Timing {
  const isSingle = audience === 'single';
  const { groupBy, waitMs, intervalMs, repeatMs } = DEFAULT[isSingle ? 'programs' : audience];
  const wait = route?.waitMs ?? null;
  return {
    groupBy: isSingle ? null : (route?.group ?? groupBy),
    waitMs: wait === null ? waitMs : { info: wait, warning: wait, critical: wait },
    intervalMs: route?.intervalMs ?? intervalMs,
    repeatMs: route?.repeatMs ?? repeatMs,
  };
}

/** An alert that others suppress waits for them: the cause is often seen a moment after its consequence. */
export const SUPPRESSIBLE_MS: Readonly<Record<Severity, number>> = {
  info: 5_000,
  warning: 5_000,
  critical: 1_000,
};
