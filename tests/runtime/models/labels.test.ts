/** Files with labels: what is read of them, what is wrong with them, and whom a label is about. Method: tables. */
import { describe, expect, it, test } from 'vitest';
import { concerns, marksOf, readLabels } from '../../../runtime/models/labels.js';

const read = (text: string) => {
  const { labels, problems } = readLabels({ path: 'labels/l.csv', text });
  return { labels, problems };
};
const T = Date.UTC(2026, 0, 5, 6);

describe('a file with labels', () => {
  test.each([
    ['in any order of columns', 'event,machine,time\nfailure,m1,2026-01-05T06:00:00Z\n'],
    ['with semicolons', 'machine;time;event\nm1;2026-01-05 06:00:00;failure'],
    ['with epoch ms, a byte order mark and an empty line', `\uFEFFmachine,time,event\n\nm1,${T},failure\n`],
  ])('is read %s', (_, text) => {
    expect(read(text)).toEqual({
      labels: [{ time: T, event: 'failure', labels: { machine: 'm1' } }],
      problems: [],
    });
  });

  it('may leave a label open', () => {
    expect(read(`line,machine,time,event\nl1,,${T},maintenance`).labels).toEqual([
      { time: T, event: 'maintenance', labels: { line: 'l1' } },
    ]);
  });

  test.each([
    ['', 'labels/l.csv:1: there is no column time and no column event'],
    ['machine,time\nm1,1', 'labels/l.csv:1: there is no column event'],
    ['time,event\nyesterday,failure', 'labels/l.csv:2: "yesterday" is no time: write 2026-01-05T06:00:00Z'],
    ['time,event\n1,broken', 'labels/l.csv:2: "broken" is no event: write failure or maintenance'],
    ['time,event\n1,"failure', 'labels/l.csv:2: a quote is opened and never closed'],
  ])('%j is refused', (text, problem) => {
    expect(read(text)).toEqual({ labels: [], problems: [problem] });
  });
});

describe('a label', () => {
  const about = (labels: Record<string, string>) => ({ labels });
  test.each([
    [{ machine: 'm1' }, ['machine'], ['m1'], true],
    [{ machine: 'm2' }, ['machine'], ['m1'], false],
    [{ machine: 'm1', note: 'oil' }, ['machine'], ['m1'], true],
    [{ line: 'l1' }, ['line', 'machine'], ['l1', 'm1'], true],
    [{ line: 'l2', machine: 'm1' }, ['line', 'machine'], ['l1', 'm1'], false],
    [{ note: 'oil' }, ['machine'], ['m1'], false],
    [{ machine: 'm1' }, [], [], true],
  ])('%j is about %j %j: %s', (labels, groupBy, instance, expected) => {
    expect(concerns(about(labels), groupBy, instance)).toBe(expected);
  });

  it('counts once where two files have it, in order of time', () => {
    const failure = { ...about({ m: 'a' }), time: 2, event: 'failure' as const };
    const earlier = { ...about({ m: 'a' }), time: 1, event: 'maintenance' as const };
    expect(marksOf([failure, earlier, failure], ['m'], ['a'])).toEqual([
      { time: 1, event: 'maintenance' },
      { time: 2, event: 'failure' },
    ]);
  });
});
