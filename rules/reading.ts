/** A value a reading can have. Numbers are finite. */
export type Scalar = number | boolean | string;

/** A decoded payload: what `JSON.parse` gives. */
export type JsonValue = Scalar | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * One message as the engine takes it. Times are whole milliseconds of engine time since the epoch.
 *
 * Example: `{ topic: 'factory/l1/m1/temperature', payload: 81.5, time: 1767225600000, arrival: 1767225600020 }`
 */
export interface Message {
  readonly topic: string;
  readonly payload: JsonValue;
  /** When it was measured. Fractions are cut; a time later than the arrival is cut to it. */
  readonly time: number;
  /** When we got it: the time of its step. Earlier than the engine's time counts as the engine's time. */
  readonly arrival: number;
  /**
   * How long its source waits for readings that are late, in ms (default 0): aligned and session windows close that much
   * later. It goes with the message, as it is in force from this one on, whatever the configuration says later.
   */
  readonly grace?: number;
  /** Delivered as stored state: sets the value of a series without readings, and is ignored otherwise. */
  readonly retain?: boolean;
  /** The connection it came by; without it: one that is always up. */
  readonly source?: string;
}
