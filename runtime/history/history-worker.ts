/** The thread that writes history: answers the requests of a `HistoryClient` one after the other. */
import { parentPort } from 'node:worker_threads';
import { storeErrorOf } from '../storage/store-error.js';
import type { ThreadReply, ThreadRequest } from '../storage/thread-messages.js';
import type { HistorySettings } from './history-settings.js';
import { HistoryStore } from './history-store.js';

const port = parentPort;
if (port === null) throw new Error('this file is the start of a thread');
let store: HistoryStore | null = null;

port.on('message', (request: ThreadRequest) => {
  port.postMessage(reply(request));
  if (request.method === 'close') port.close();
});

function reply({ id, method, parameters }: ThreadRequest): ThreadReply {
  try {
    return { id, value: answer(method, parameters) };
  } catch (error) {
    const { message, kind } = storeErrorOf(error);
    return { id, error: { message, kind } };
  }
}

/** Both ends are of one version: what comes is what `HistoryClient` sends. */
function answer(method: string, parameters: readonly unknown[]): unknown {
  switch (method) {
    case 'open':
      store ??= new HistoryStore(parameters[0] as string, parameters[1] as HistorySettings);
      return null;
    case 'configure':
      store?.configure(parameters[0] as HistorySettings);
      return null;
    case 'work':
      if (store === null) throw new Error('history is not open');
      return store.work();
    case 'close':
      store?.close();
      return null;
    default:
      throw new Error(`history cannot ${method}`);
  }
}
