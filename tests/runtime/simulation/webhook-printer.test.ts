/** The receiver of webhooks that shows what it gets: ours in words, others by their size, huge ones not at all. */

import { expect, onTestFinished, test } from 'vitest';
import { startWebhookPrinter } from '../../../runtime/simulation/webhook-printer.js';

async function printer() {
  const printed: string[] = [];
  const { port, stop } = await startWebhookPrinter({
    host: '127.0.0.1',
    port: 0,
    print: ({ method, path, text }) => printed.push(`${method} ${path}: ${text}`),
  });
  onTestFinished(stop);
  const post = (body: string) => fetch(`http://127.0.0.1:${port}/alerts`, { method: 'POST', body });
  return { port, printed, post };
}

test('shows notices in words and answers that it has them', async () => {
  const { printed, post } = await printer();
  const alerts = [{ rule: 'oil-hot', labels: { line: 'l1', machine: 'm1' }, title: 'Oil' }];
  const { status } = await post(JSON.stringify({ version: 1, kind: 'firing', alerts }));
  expect(status).toBe(204);
  expect(printed).toEqual(['POST /alerts: firing oil-hot [l1, m1]']);
});

test.each(['{"a":1}', 'hello', '{"kind":', ''])('takes %j too', async (body) => {
  const { printed, post } = await printer();
  expect((await post(body)).status).toBe(204);
  expect(printed).toEqual([`POST /alerts: ${body.length} bytes`]);
});

test('a body beyond all reason is refused', async () => {
  const { printed, post } = await printer();
  const refused = await post('x'.repeat(3_000_000)).then(
    ({ status }) => status === 413,
    () => true, // cut off while still sending
  );
  expect(refused).toBe(true);
  expect(printed).toEqual([]);
});

test('a port that is taken is an error to be told', async () => {
  const { port } = await printer();
  await expect(
    startWebhookPrinter({ host: '127.0.0.1', port, print: () => undefined }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
