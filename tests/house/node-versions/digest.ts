import { createHash } from 'node:crypto';

/** The events as they are compared. */
export function comparable(ndjson: string): string[] {
  const lines = ndjson.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.stringify(JSON.parse(line, rounded)));
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
}

/** How many events, and a hash of their text. */
export type Digest = { readonly [rule: string]: { readonly events: number; readonly sha256: string } };

/**
 * What events come to: of each rule, by name, and of all together, in their order. Byte for byte, but for the digits after
 * the 12th: what `^` gives is rounded otherwise from Node.js 24 on.
 */
export function digestOf(ndjson: string): Digest {
  const byRule = new Map<string, string[]>();
  const lines = comparable(ndjson);
  for (const line of lines) {
    const { rule }: { rule: string } = JSON.parse(line);
    byRule.set(rule, [...(byRule.get(rule) ?? []), line]);
  }
  const rules = [...byRule].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    [['(all)', lines] as const, ...rules].map(([rule, own]) => [
      rule,
      { events: own.length, sha256: createHash('sha256').update(own.join('\n')).digest('hex').slice(0, 16) },
    ]),
  );
}
