/**
 * The candidate that a misspelt word was most likely meant to be; `null` if none is near.
 * Near: at most a third of the letters inserted, left out, changed or swapped with their neighbour
 * (Damerau–Levenshtein, the restricted form), upper and lower case being the same. Ties go to the first.
 * What other tools call a thing is understood too.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  if (word.length > LENGTH_MAX) return null;
  const wanted = word.toLowerCase();
  const known = [...candidates];
  const synonym = SYNONYMS.get(wanted);
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const longest = Math.max(word.length, candidate.length);
    const limit = Math.max(1, Math.floor(longest / 3));
    if (Math.abs(word.length - candidate.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= limit && distance < longest && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Words of other alerting tools, in lower case, and ours. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['and', 'all'],
  ['or', 'any'],
  ['if', 'when'],
  ['condition', 'when'],
  ['gt', 'above'],
  ['greaterthan', 'above'],
  ['threshold', 'above'],
  ['gte', 'atLeast'],
  ['lt', 'below'],
  ['lessthan', 'below'],
  ['lte', 'atMost'],
  ['eq', 'equals'],
  ['ne', 'notEquals'],
  ['hysteresis', 'deadband'],
  ['delay', 'for'],
  ['duration', 'for'],
  ['window', 'over'],
  ['average', 'avg'],
  ['mean', 'avg'],
  ['std', 'stddev'],
  ['percentile', 'p95'],
  ['derivative', 'rate'],
  ['variables', 'let'],
  ['latching', 'latch'],
  ['name', 'title'],
]);

/** Nobody misspells a longer word by accident; the bound keeps hostile files cheap. */
const LENGTH_MAX = 64;

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
