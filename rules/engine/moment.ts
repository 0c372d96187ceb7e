import type { Spans } from '../time/spans.js';
import type { Change } from './alert.js';

/**
 * The present step, shared by everything that settles in it. One mutable object instead of arguments:
 * passing a millisecond time to a function that is not inlined would allocate it anew each time.
 */
export interface Moment {
  /** Engine time of the step. */
  now: number;
  /** Number of the step; several steps may share a time. */
  step: number;
  /** Wall clock − engine clock. */
  offset: number;
  /** The step's message is more than a minute older than its arrival. */
  late: boolean;
  /** The grace of the step's message, in ms. */
  graceMs: number;
  /** In which the engine saw nothing. */
  readonly gaps: Spans;
  /** What the alert that settles now reports, until its instance has made events of it. */
  readonly changes: Change[];
}
