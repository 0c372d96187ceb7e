import type { Boundaries } from './boundaries.js';
import { afterGap } from './moments.js';
import type { Span } from './source.js';

/** The wall clock was set: so far ahead of the engine's from then on. */
export interface ClockStep {
  readonly at: number;
  readonly offset: number;
}

/** When an aligned window closed. */
export interface Closing {
  /** By the wall clock. */
  readonly boundary: number;
  /** The same in engine time, by which readings are in the window or not. */
  readonly instant: number;
  /** Engine time of the step in which it closed: later where the clock jumped over it, or the engine saw nothing. */
  readonly at: number;
}

/** The last closing by `now` of a window that has had readings since `first`; `null`: none yet. */
export function lastClosing(
  boundaries: Boundaries,
  first: { readonly step: number; readonly wall: number },
  { now, clock, gaps }: { now: number; clock: readonly ClockStep[]; gaps: readonly Span[] },
): Closing | null {
  // The clock may have been set in the instant of the reading, after it.
  const later = clock.filter(({ at }) => at >= first.step);
  const stretches = [{ at: first.step, offset: first.wall - first.step }, ...later];
  let closing: Closing | null = null;
  let passed = Number.NEGATIVE_INFINITY;
  stretches.forEach(({ at, offset }, index) => {
    const until = (stretches[index + 1]?.at ?? now) + offset;
    const jumped = index === 0 ? undefined : boundaries.within(passed, at + offset).at(-1);
    if (jumped !== undefined) closing = { boundary: jumped, instant: jumped - offset, at };
    // A boundary that the clock was set back to is not reached a second time.
    const reached = boundaries.within(at + offset, until).at(-1);
    if (reached !== undefined) {
      const instant = reached - offset;
      closing = { boundary: reached, instant, at: afterGap(instant, gaps) };
    }
    passed = until;
  });
  return closing;
}
