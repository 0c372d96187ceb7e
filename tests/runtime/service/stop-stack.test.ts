/** Stopping in reverse, whatever fails. */
import { expect, test } from 'vitest';
import { StopStack } from '../../../runtime/service/stop-stack.js';

test('in reverse, one after the other, once', async () => {
  const stopped: number[] = [];
  const stack = new StopStack();
  for (const part of [1, 2, 3]) {
    stack.push(async () => {
      await Promise.resolve();
      stopped.push(part);
    });
  }
  await stack.stop();
  await stack.stop();
  expect(stopped).toEqual([3, 2, 1]);
});

test('a part that fails does not keep the others running', async () => {
  const stopped: number[] = [];
  const stack = new StopStack();
  stack.push(() => {
    stopped.push(1);
  });
  stack.push(() => Promise.reject(new Error('stuck')));
  await expect(stack.stop()).rejects.toThrow('stuck');
  expect(stopped).toEqual([1]);
});
