import type { Message } from '../../rules/reading.js';
import type { Span } from './source.js';

/** What happened to connections, and which topics came by which. `at` moves along with gaps, `step` does not. */
type Entry =
  | {
      at: number;
      readonly step: number;
      readonly kind: 'turn';
      readonly name: string;
      readonly isUp: boolean;
    }
  | {
      at: number;
      readonly step: number;
      readonly kind: 'message';
      readonly topic: string;
      readonly source: string | undefined;
      readonly retain: boolean;
    };

/**
 * When the `absent` and `maxAge` of an input stand still: while the connection of one of its topics is down (that of
 * the topic's newest message), and, before any of them had a message, while any connection is.
 */
export class Standstills {
  private readonly entries: Entry[] = [];

  turn(at: number, name: string, isUp: boolean): void {
    this.entries.push({ at, step: at, kind: 'turn', name, isUp });
  }

  hear(at: number, { topic, source, retain = false }: Message): void {
    const isHeard = this.entries.some((entry) => entry.kind === 'message' && entry.topic === topic);
    if (!retain || !isHeard) this.entries.push({ at, step: at, kind: 'message', topic, source, retain });
  }

  shift(byMs: number): void {
    for (const entry of this.entries) entry.at += byMs;
  }

  /** Those of an input that reads these topics; the last one may go on. By `step` in times that gaps do not move. */
  of(isRead: (topic: string) => boolean, by: 'at' | 'step' = 'at'): Span[] {
    const down = new Set<string>();
    const sources = new Map<string, string | undefined>();
    const spans: Span[] = [];
    for (const entry of this.entries) {
      if (entry.kind === 'turn') {
        if (entry.isUp) down.delete(entry.name);
        else down.add(entry.name);
      } else if (isRead(entry.topic)) sources.set(entry.topic, entry.source);
      const isDown = (source: string | undefined): boolean => source !== undefined && down.has(source);
      const isStill = sources.size === 0 ? down.size > 0 : [...sources.values()].some(isDown);
      const open = spans.at(-1)?.to === null ? spans.at(-1) : undefined;
      if (isStill && open === undefined) spans.push({ from: entry[by], to: null });
      if (!isStill && open !== undefined) open.to = entry[by];
    }
    return spans;
  }
}

/** The same times, apart from each other and in order. */
export function merged(spans: readonly Span[]): Span[] {
  const apart: Span[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last === undefined || (last.to !== null && last.to < from)) apart.push({ from, to });
    else if (last.to !== null) last.to = to === null ? null : Math.max(last.to, to);
  }
  return apart;
}

/** When a time of `forMs` from `from` on is over, what stands still left out; `Infinity` while it does. */
export function dueAfter(from: number, forMs: number, standstills: readonly Span[]): number {
  let due = from + forMs;
  for (const span of standstills) {
    if (span.from >= due) break;
    if (span.to === null) return Number.POSITIVE_INFINITY;
    due += Math.max(0, span.to - Math.max(span.from, from));
  }
  return due;
}
