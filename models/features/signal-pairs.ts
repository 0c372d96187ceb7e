/** Two signals that are combined. */
export interface SignalPair {
  readonly first: number;
  readonly second: number;
  readonly operation: 'product' | 'quotient' | 'difference';
}

/** With more signals than these there would be too many pairs: none are made. */
const SIGNALS_MAX = 12;

/** What can be made of every two of so many signals. */
export function signalPairs(signals: number): SignalPair[] {
  const pairs: SignalPair[] = [];
  if (signals > SIGNALS_MAX) return pairs;
  for (let first = 0; first < signals; first++) {
    for (let second = first + 1; second < signals; second++) {
      for (const operation of ['product', 'quotient', 'difference'] as const) {
        pairs.push({ first, second, operation });
      }
    }
  }
  return pairs;
}

export function combine({ first, second, operation }: SignalPair, row: Float64Array): number {
  const a = row[first] ?? Number.NaN;
  const b = row[second] ?? Number.NaN;
  switch (operation) {
    case 'product':
      return a * b;
    case 'quotient':
      return a / b;
    case 'difference':
      return a - b;
  }
}
