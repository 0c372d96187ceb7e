/** A value of a file, to be changed. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What somebody may do to a file by mistake. */
export interface Mutation {
  /** `rules.0.when.above: 80 → "80"` */
  readonly what: string;
  readonly value: Json;
}

type Random = () => number;

const WRONG_VALUES: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  70_000,
  1e12,
  '',
  '80',
  '5 min',
  '0s',
  '30s',
  'ALWAYS',
  [],
  {},
  ['a'],
  { a: 1 },
];

/** One change at a random place of a file: a key misspelt, left out or added, or another value. */
export function mutated(value: Json, random: Random): Mutation {
  const copy = structuredClone(value);
  // Another `$schema` would be another editor's affair.
  const places = placesIn(copy, '').filter((place) => place.key !== '$schema');
  const { holder, key, path } = pick(places, random);
  const before = JSON.stringify(read(holder, key));
  const change = random();
  if (!Array.isArray(holder) && change < 0.2) {
    const typo = key.length > 2 ? key.slice(0, -2) + key.slice(-1) : `${key}x`;
    holder[typo] = read(holder, key);
    delete holder[key];
    return { what: `${path} → ${typo}`, value: copy };
  }
  if (change < 0.4) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
    return { what: `${path} left out`, value: copy };
  }
  if (!Array.isArray(holder) && change < 0.5) {
    holder['colour'] = 'red';
    return { what: `colour beside ${path}`, value: copy };
  }
  const wrong = structuredClone(pick(WRONG_VALUES, random));
  if (Array.isArray(holder)) holder[Number(key)] = wrong;
  else holder[key] = wrong;
  return { what: `${path}: ${before} → ${JSON.stringify(wrong)}`, value: copy };
}

type Holder = Json[] | { [key: string]: Json };

interface Place {
  readonly holder: Holder;
  readonly key: string;
  readonly path: string;
}

function placesIn(value: Json, at: string): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => {
    const path = at === '' ? key : `${at}.${key}`;
    return [{ holder: value, key, path }, ...placesIn(read(value, key), path)];
  });
}

function read(holder: Holder, key: string): Json {
  return (Array.isArray(holder) ? holder[Number(key)] : holder[key]) ?? null;
}

function pick<T>(list: readonly T[], random: Random): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
