import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Command } from '../../rules/engine.js';
import { systemErrorText } from '../site/system-error.js';
import type { NotedMark, StoredMark } from '../storage/mark-table.js';
import { ControlError, errorShape } from './control-error.js';
import { CONTROL_SOCKET } from './control-socket.js';
import type {
  CommandOutcome,
  ControlTarget,
  DeliveryFilter,
  InstanceView,
  MarkOutcome,
  NotifyTestOutcome,
  ReloadOutcome,
  RetryOutcome,
} from './control-target.js';
import type { AlertView, DeliveryView, ExplanationView, StatusView } from './control-views.js';
import { PREFIX } from './find-route.js';
import type { ModelSummary, ModelView } from './model-view.js';
import { PathTooLong, shortPath } from './short-path.js';
import type { TableSummary, TableView } from './table-view.js';

/** The service is there and gives no answer that can be used; the message says why, and what to do. */
export class NoAnswer extends Error {}

/** Longer than an answer may take by its route. */
const ANSWER_MS_MAX = 15_000;
const ATTEMPT_MS_MAX = 65_000;
/** A process that is stopped still takes connections; one that is alive does so at once. */
const CONNECT_MS_MAX = 5_000;
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Reaches the service that runs on a data folder; `null`: none runs.
 *
 * @param answerMsMax how long an answer is waited for
 * @throws {NoAnswer} it runs and cannot be reached
 */
export async function connectControl(
  dataFolder: string,
  answerMsMax = ANSWER_MS_MAX,
): Promise<ControlClient | null> {
  const path = join(dataFolder, CONTROL_SOCKET);
  try {
    await reach(path);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ECONNREFUSED', 'ENOTDIR')) return null;
    if (isCode(error, 'EACCES', 'EPERM')) {
      throw new NoAnswer(`permission denied for ${path}: be the user that the service runs as`);
    }
    const reason = error instanceof PathTooLong ? error.message : systemErrorText(error);
    throw reason === null ? error : new NoAnswer(`cannot connect to ${path}: ${reason}`, { cause: error });
  }
  return new ControlClient(path, answerMsMax);
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

async function reach(path: string): Promise<void> {
  const short = shortPath(path);
  try {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(short.path);
      socket.setTimeout(CONNECT_MS_MAX, () => socket.destroy(new NoAnswer('the service does not answer')));
      socket.on('connect', () => {
        socket.destroy();
        resolve();
      });
      socket.on('error', reject);
    });
  } finally {
    short.release();
  }
}

/** The running service, as those see it who ask it over its socket. */
export class ControlClient implements ControlTarget {
  readonly #path: string;
  readonly #answerMsMax: number;

  constructor(path: string, answerMsMax: number) {
    this.#path = path;
    this.#answerMsMax = answerMsMax;
  }

  status(): Promise<StatusView> {
    return this.#ask('GET', '/status');
  }

  alerts(): Promise<readonly AlertView[]> {
    return this.#ask('GET', '/alerts');
  }

  deliveries({ states, receiver, limit }: DeliveryFilter): Promise<readonly DeliveryView[]> {
    const query = new URLSearchParams();
    for (const state of states) query.append('state', state);
    if (receiver !== null) query.set('receiver', receiver);
    query.set('limit', String(limit));
    return this.#ask('GET', `/deliveries?${query}`);
  }

  async command(command: Command): Promise<CommandOutcome> {
    try {
      return await this.#ask('POST', '/commands', command);
    } catch (error) {
      if (error instanceof ControlError && error.code === 'refused') {
        return { kind: 'refused', reason: error.message };
      }
      throw error;
    }
  }

  instances(rule: string): Promise<readonly InstanceView[] | null> {
    return this.#find('GET', `/rules/${encodeURIComponent(rule)}/instances`);
  }

  explain(rule: string, labels: Readonly<Record<string, string>>): Promise<ExplanationView | null> {
    return this.#find('POST', `/rules/${encodeURIComponent(rule)}/explain`, labels);
  }

  views(): Promise<readonly TableSummary[]> {
    return this.#ask('GET', '/views');
  }

  view(id: string): Promise<TableView | null> {
    return this.#find('GET', `/views/${encodeURIComponent(id)}`);
  }

  models(): Promise<readonly ModelSummary[]> {
    return this.#ask('GET', '/models');
  }

  model(id: string): Promise<ModelView | null> {
    return this.#find('GET', `/models/${encodeURIComponent(id)}`);
  }

  marks(): Promise<readonly StoredMark[]> {
    return this.#ask('GET', '/marks');
  }

  async mark(mark: NotedMark): Promise<MarkOutcome> {
    try {
      return await this.#ask('POST', '/marks', mark);
    } catch (error) {
      if (error instanceof ControlError && error.code === 'refused') {
        return { kind: 'refused', reason: error.message };
      }
      throw error;
    }
  }

  async removeMark(number: number): Promise<boolean> {
    return (await this.#find('POST', `/marks/${number}/remove`)) !== null;
  }

  notifyTest(receiver: string): Promise<NotifyTestOutcome> {
    return this.#ask('POST', `/receivers/${encodeURIComponent(receiver)}/test`, undefined, ATTEMPT_MS_MAX);
  }

  retryDeliveries(which: readonly string[] | 'all'): Promise<RetryOutcome> {
    return this.#ask('POST', '/deliveries/retry', which === 'all' ? { all: true } : { ids: which });
  }

  reload(): Promise<ReloadOutcome> {
    return this.#ask('POST', '/reload');
  }

  async #find<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T | null> {
    try {
      return await this.#ask<T>(method, path, body);
    } catch (error) {
      if (error instanceof ControlError && error.code === 'not-found') return null;
      throw error;
    }
  }

  /** Both ends are of one version of the program, so that the answer has the form that the caller expects. */
  async #ask<T>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    answerMsMax = this.#answerMsMax,
  ): Promise<T> {
    const short = shortPath(this.#path);
    try {
      const { status, text } = await exchange(
        { socketPath: short.path, method, path: PREFIX + path, answerMsMax },
        body,
      );
      const answer = parsed(text);
      if (status === 200) return answer as T;
      throw errorOf(answer, status);
    } finally {
      short.release();
    }
  }
}

interface Exchange {
  readonly socketPath: string;
  readonly method: string;
  readonly path: string;
  readonly answerMsMax: number;
}

function exchange(
  { answerMsMax, ...options }: Exchange,
  body: unknown,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const content = body === undefined ? '' : JSON.stringify(body);
    const broken = (error: unknown) => reject(brokenOff(error));
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
    const sent = request({ ...options, headers, agent: false }, (response) => {
      readAll(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), broken);
    });
    sent.setTimeout(answerMsMax, () => sent.destroy(new NoAnswer('the service does not answer')));
    sent.on('error', broken);
    sent.end(content);
  });
}

function brokenOff(error: unknown): unknown {
  if (error instanceof NoAnswer || !(error instanceof Error)) return error;
  return new NoAnswer(`the service broke off: ${systemErrorText(error) ?? error.message}`, { cause: error });
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new NoAnswer('the answer of the service is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoAnswer('what answers on the socket is not this program');
  }
}

function errorOf(answer: unknown, status: number): Error {
  const { success, data } = errorShape.safeParse(answer);
  return success
    ? new ControlError(data.error.code, data.error.message)
    : new NoAnswer(`the service answered with ${status}`);
}
