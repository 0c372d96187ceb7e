const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A length of time for people: its two largest units, as in `1h 5m`, `45s` and `2d`; below a second `250ms`. */
export function spanText(ms: number): string {
  if (ms > 0 && ms < 1000) return `${ms}ms`;
  const at = UNITS.findIndex(([, unitMs]) => ms >= unitMs);
  const [unit, unitMs] = UNITS[at] ?? ['s', 1000];
  const next = UNITS[at + 1];
  const amount = Math.floor(ms / unitMs);
  const rest = next === undefined ? 0 : Math.floor((ms % unitMs) / next[1]);
  return next === undefined || at < 0 || rest === 0
    ? `${amount}${unit}`
    : `${amount}${unit} ${rest}${next[0]}`;
}
