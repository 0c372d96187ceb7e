/** Acknowledgements wait for their messages and keep their order; a connection that is gone gets none. */
import { expect, test } from 'vitest';
import { DeferredAcknowledgements } from '../../firmware-bridge/deferred-acknowledgements.js';

function setUp() {
  const sent: number[] = [];
  let refusals = 0;
  const acknowledgements = new DeferredAcknowledgements<number>(
    (packets) => sent.push(...packets),
    () => {
      refusals += 1;
    },
  );
  return { acknowledgements, sent, refusals: () => refusals };
}

/** A promise to settle by hand (`Promise.withResolvers` came with Node 22). */
function later() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('sends at once what is safe at once', () => {
  const { acknowledgements, sent } = setUp();
  acknowledgements.add(1, undefined);
  expect(sent).toEqual([1]);
});

test('waits for what is not safe yet, and keeps the order', async () => {
  const { acknowledgements, sent } = setUp();
  const [first, second] = [later(), later()];
  acknowledgements.add(1, first.promise);
  acknowledgements.add(2, second.promise);
  acknowledgements.add(3, undefined);
  second.resolve();
  await settled();
  expect(sent).toEqual([]);
  first.resolve();
  await settled();
  expect(sent).toEqual([1, 2, 3]);
});

test('sends nothing on a later connection', async () => {
  const { acknowledgements, sent } = setUp();
  const first = later();
  acknowledgements.add(1, first.promise);
  acknowledgements.clear();
  acknowledgements.add(2, undefined);
  first.resolve();
  await settled();
  expect(sent).toEqual([2]);
});

test('acknowledges nothing behind a message that was not taken', async () => {
  const { acknowledgements, sent, refusals } = setUp();
  const first = later();
  acknowledgements.add(1, first.promise);
  acknowledgements.add(2, undefined);
  first.reject(new Error('disk full'));
  await settled();
  expect(sent).toEqual([]);
  expect(refusals()).toBe(1);
});
