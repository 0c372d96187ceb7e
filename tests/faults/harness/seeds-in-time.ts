const MINUTE_MS = 60_000;

export interface SeedsInTime {
  /** So many if there is time. */
  readonly most: number;
  /** So many in any case: fewer would prove nothing. */
  readonly least: number;
  /** No new one is begun after this: a long test ends on a slow machine too, and says how far it got. */
  readonly minutes: number;
}

/** Seeds one after the other, as many as there is time for. */
export function* seedsInTime(first: number, { most, least, minutes }: SeedsInTime): Generator<number> {
  const end = performance.now() + minutes * MINUTE_MS;
  for (let count = 0; count < most && (count < least || performance.now() < end); count++)
    yield first + count;
}
