/** Requests as anybody may send them: every one gets an answer, mistakes in the one shape of errors. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CONTROL_ROUTES } from '../../../runtime/control/control-routes.js';
import { listenControl } from '../../../runtime/control/control-socket.js';
import type { ControlTarget } from '../../../runtime/control/control-target.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { temporarySite } from '../temporary-site.js';
import { FakeTarget } from './fake-target.js';

async function service(target: ControlTarget = new FakeTarget()) {
  const dataFolder = temporarySite({});
  const clock = new SimulatedClock(0);
  const faults: unknown[] = [];
  const socket = await listenControl({ dataFolder, target, clock, onFault: (error) => faults.push(error) });
  onTestFinished(() => socket.stop());
  const socketPath = join(dataFolder, 'control.sock');
  const ask = (method: string, path: string, body = ''): Promise<{ status: number; content: unknown }> =>
    new Promise((resolve, reject) => {
      const sent = request({ socketPath, method, path, agent: false }, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, content: JSON.parse(text) });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return { ask, clock, faults, socketPath };
}

const error = (code: string, message: unknown) => ({ error: { code, message } });

test.each<[string, string, string, number, object]>([
  ['GET', '/', '', 404, error('not-found', 'there is nothing at /')],
  ['GET', '/v1/alert', '', 404, error('not-found', 'there is nothing at /v1/alert')],
  ['GET', '/v1/alerts/x', '', 404, error('not-found', 'there is nothing at /v1/alerts/x')],
  ['GET', '//', '', 404, error('not-found', 'there is nothing at //')],
  ['DELETE', '/v1/alerts', '', 405, error('method-not-allowed', '/v1/alerts takes GET, not DELETE')],
  ['GET', '/v1/commands', '', 405, error('method-not-allowed', '/v1/commands takes POST, not GET')],
  ['GET', '/v1/rules/%zz/instances', '', 400, error('invalid-request', expect.stringContaining('"%zz"'))],
  [
    'GET',
    '/v1/deliveries?state=ded',
    '',
    400,
    error('invalid-request', expect.stringContaining('the query, state.0: ')),
  ],
  [
    'GET',
    '/v1/deliveries?limit=0',
    '',
    400,
    error('invalid-request', expect.stringContaining('the query, limit: ')),
  ],
  [
    'GET',
    '/v1/deliveries?limit=x',
    '',
    400,
    error('invalid-request', expect.stringContaining('the query, limit: ')),
  ],
  ['GET', '/v1/deliveries?limit=10001', '', 400, error('invalid-request', expect.stringContaining('10000'))],
  ['POST', '/v1/commands', '', 400, error('invalid-request', expect.stringContaining('the body: '))],
  ['POST', '/v1/commands', '{', 400, error('invalid-request', 'the body is not JSON')],
  ['POST', '/v1/commands', '[]', 400, error('invalid-request', expect.stringContaining('the body: '))],
  [
    'POST',
    '/v1/commands',
    '{"kind":"stop","rule":"r","labels":{}}',
    400,
    error('invalid-request', expect.stringContaining('the body, kind: ')),
  ],
  [
    'POST',
    '/v1/commands',
    '{"kind":"reset","rule":"r","labels":{"a":1}}',
    400,
    error('invalid-request', expect.stringContaining('the body, labels.a: ')),
  ],
  [
    'POST',
    '/v1/commands',
    '{"kind":"reset","rule":"r","labels":{},"force":true}',
    400,
    error('invalid-request', expect.stringContaining('force')),
  ],
  ['POST', '/v1/deliveries/retry', '{"ids":[]}', 400, error('invalid-request', expect.anything())],
  ['POST', '/v1/deliveries/retry', '{"all":false}', 400, error('invalid-request', expect.anything())],
])('%s %s %s', async (method, path, body, status, content) => {
  const target = new FakeTarget();
  const { ask, faults } = await service(target);
  expect(await ask(method, path, body)).toEqual({ status, content });
  expect(target.asked).toEqual([]);
  expect(faults).toEqual([]);
});

test('a body may be as large as the limit, and no larger', async () => {
  const target = new FakeTarget();
  const { ask } = await service(target);
  const body = (bytes: number) => `{"ids":["${'x'.repeat(bytes - 12)}"]}`;
  expect(body(100)).toHaveLength(100);
  expect(await ask('POST', '/v1/deliveries/retry', body(512 * 1024))).toMatchObject({ status: 200 });
  expect(await ask('POST', '/v1/deliveries/retry', body(512 * 1024 + 1))).toEqual({
    status: 413,
    content: error('too-large', 'the body is larger than 524288 bytes'),
  });
  expect(target.asked).toHaveLength(1);
});

test('a body that is no UTF-8, or nested to the limit of the parser', async () => {
  const { ask, faults } = await service();
  expect(await ask('POST', '/v1/commands', '['.repeat(500_000))).toMatchObject({ status: 400 });
  const latin = Buffer.from('{"kind":"reset","rule":"\xe4","labels":{}}', 'latin1').toString('latin1');
  expect(await ask('POST', '/v1/commands', latin)).toMatchObject({ status: 200 }); // sent as UTF-8
  expect(faults).toEqual([]);
});

test('labels named like parts of an object are labels like others', async () => {
  const target = new FakeTarget();
  const { ask } = await service(target);
  await ask('POST', '/v1/rules/r/explain', '{"constructor":"a","toString":"b"}');
  expect(target.asked).toEqual([{ explain: 'r', labels: { constructor: 'a', toString: 'b' } }]);
});

test('a fault of ours says nothing about itself but in the log', async () => {
  const target = new FakeTarget();
  target.status = () => {
    throw new Error('password hunter2');
  };
  const { ask, faults } = await service(target);
  expect(await ask('GET', '/v1/status')).toEqual({
    status: 500,
    content: error('internal', 'the request failed by a fault of the program: see its log'),
  });
  expect(faults).toEqual([new Error('password hunter2')]);
});

test.each(CONTROL_ROUTES.filter(({ path }) => path === '/reload' || path.startsWith('/receivers')))(
  '$path: an answer that does not come in $limitMs ms',
  async ({ path, limitMs }) => {
    const target = new FakeTarget();
    const never = vi.fn(() => new Promise<never>(() => undefined));
    target.reload = never;
    target.notifyTest = never;
    const { ask, clock } = await service(target);
    const answer = ask('POST', `/v1${path.replace('{receiver}', 'scada')}`);
    await vi.waitFor(() => expect(never).toHaveBeenCalled());
    clock.advance(limitMs - 1);
    clock.advance(1);
    expect(await answer).toEqual({
      status: 503,
      content: error('timeout', `no answer within ${limitMs / 1000} s`),
    });
  },
);

test('one that leaves, or sends what is no request, harms nobody', async () => {
  const { ask, faults, socketPath } = await service();
  for (const text of [
    '\0\x01garbage\r\n\r\n',
    'POST /v1/commands HTTP/1.1\r\ncontent-length: 99\r\n\r\n{',
    '',
  ]) {
    const socket = connect(socketPath);
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.on('connect', () => socket.end(text, resolve)));
    socket.destroy();
  }
  expect(await ask('GET', '/v1/status')).toMatchObject({ status: 200 });
  expect(faults).toEqual([]);
});
