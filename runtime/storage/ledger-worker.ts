/** The thread that stores: answers the requests of a `WorkerStore` one after the other. */
import { parentPort } from 'node:worker_threads';
import { LedgerStore } from './ledger-store.js';
import type { Store } from './store.js';
import { storeErrorOf } from './store-error.js';
import type { ThreadReply, ThreadRequest } from './thread-messages.js';

const port = parentPort;
if (port === null) throw new Error('this file is the start of a thread');
const store = new LedgerStore();

port.on('message', (request: ThreadRequest) => {
  port.postMessage(reply(request));
  store.afterwards();
  if (request.method === 'close') port.close();
});

function reply({ id, method, parameters }: ThreadRequest): ThreadReply {
  try {
    // Both ends are of one version, and `WorkerStore` has checked the types.
    const run = store[method as keyof Store] as (...values: readonly unknown[]) => unknown;
    return { id, value: run.apply(store, [...parameters]) };
  } catch (error) {
    const { message, kind } = storeErrorOf(error);
    return { id, error: { message, kind } };
  }
}
