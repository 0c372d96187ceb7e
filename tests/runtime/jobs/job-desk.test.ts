/** Who runs when: a few at once, the others in order. Method: a runner whose jobs end when the test says so. */
import { expect, test } from 'vitest';
import type { Job } from '../../../runtime/jobs/job-contract.js';
import { JobDesk } from '../../../runtime/jobs/job-desk.js';
import { JobError } from '../../../runtime/jobs/job-error.js';

interface Table {
  work(): Promise<Job<string, number, string>>;
}

const bounds = { heapMegabytes: 1, timeoutMs: 1 };
/** All that is due by now has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function deskOf() {
  const running = new Map<string, { end(): void; fail(): void }>();
  const begun: string[] = [];
  const desk = new JobDesk<Table>((_name, input, { signal }) => {
    begun.push(input);
    return new Promise<never>((resolve, reject) => {
      const leave = (error: Error | null) => {
        running.delete(input);
        if (error === null) resolve(`${input} done` as never);
        else reject(error);
      };
      running.set(input, { end: () => leave(null), fail: () => leave(new JobError('broken', 'failed')) });
      signal?.addEventListener('abort', () => leave(new JobError('it was stopped', 'aborted')));
    });
  });
  const run = (input: string, options: { signal?: AbortSignal } = {}) => {
    const outcome = desk.run('work', input, { ...bounds, ...options });
    outcome.catch(() => undefined);
    return outcome;
  };
  return { desk, running, begun, run };
}

test('two run at once, the others in the order in which they came', async () => {
  const { running, begun, run } = deskOf();
  const outcomes = ['a', 'b', 'c', 'd'].map((name) => run(name));
  await settled();
  expect(begun).toEqual(['a', 'b']);
  running.get('b')?.end();
  expect(await outcomes[1]).toBe('b done');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  running.get('a')?.fail();
  await expect(outcomes[0]).rejects.toThrow('broken');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  running.get('c')?.end();
  running.get('d')?.end();
  await Promise.all([outcomes[2], outcomes[3]]);
  run('e');
  run('f');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

test('who comes just when a place is handed over does not get a third', async () => {
  const { running, run } = deskOf();
  run('a');
  run('b');
  run('c');
  await settled();
  running.get('a')?.end();
  for (let turn = 0; turn < 10; turn++) {
    run(`late ${turn}`);
    await Promise.resolve();
    expect(running.size).toBeLessThanOrEqual(2);
  }
  await settled();
  expect([...running.keys()]).toEqual(['b', 'c']);
});

test('what is stopped while it waits leaves the queue, and the others keep their order', async () => {
  const { running, begun, run } = deskOf();
  const stop = new AbortController();
  run('a');
  run('b');
  const stopped = run('c', { signal: stop.signal });
  run('d');
  await settled();
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ kind: 'aborted' });
  running.get('a')?.end();
  await settled();
  expect(begun).toEqual(['a', 'b', 'd']);
});

test('so many wait, one more is refused', async () => {
  const { run } = deskOf();
  run('a');
  run('b');
  const waiting = Array.from({ length: 32 }, (_, at) => run(`w${at}`));
  await expect(run('one more')).rejects.toMatchObject({
    kind: 'busy',
    message: '32 others wait already',
  });
  expect(waiting).toHaveLength(32);
});

test('stopped, nothing runs and nothing begins any more', async () => {
  const { desk, running, begun, run } = deskOf();
  const outcomes = ['a', 'b', 'c'].map((name) => run(name));
  await settled();
  await desk.stop();
  expect(running.size).toBe(0);
  for (const outcome of outcomes) await expect(outcome).rejects.toMatchObject({ kind: 'aborted' });
  expect(begun).toEqual(['a', 'b']);
});
