/** Files with labels: what is read of them, what is wrong with them, and whom a label is about. Method: tables. */
import { describe, expect, it, test } from 'vitest';
import { concerns, marksOf, readLabels } from '../../../runtime/models/labels.js';

const read = (text: string) => {
  const { labels, problems } = readLabels({ text });
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
    ['', 1, 'There is no column time and no column event.'],
    ['machine,time\nm1,1', 1, 'There is no column event.'],
    ['time,event\n1,failure\n\nyesterday,failure', 4, '"yesterday" is no time.'],
    ['time,event\n1,broken', 2, '"broken" is no event.'],
    ['time,event\n1,failure,by night', 2, 'This line has 3 cells, and the first one 2.'],
    ['time,event\n1,"failure', 2, 'A quote that begins here never ends.'],
  ])('%j is refused: line %i, %s', (text, line, message) => {
    const { problems } = read(text);
    expect(problems).toEqual([{ line, message, hint: expect.stringMatching(/^[A-Z].*[^:]$/) }]);
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
