/**
 * Models with the program as people start it: one learns by itself, a rule that reads it fires with the message, and what it
 * has learnt is there after a kill. Another was made elsewhere, and its file changes while the service runs.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { tocsin } from '../command-line/run-in-process.js';
import { temporarySite } from '../temporary-site.js';
import { TocsinProcess } from './spawn-tocsin.js';

const SITE = {
  'tocsin.json': { mqtt: { embedded: { port: 0 } } },
  'models/bearing.json': { id: 'bearing', kind: 'anomaly', warmUp: 100, inputs: { vib: 'f/{machine}/vib' } },
  'rules/odd.json': {
    id: 'odd',
    inputs: { score: { model: 'bearing', output: 'score' } },
    when: { value: 'score', above: 0.9999 },
    keepFor: '1h',
    message: '{machine} is unlike itself',
  },
};

const PATIENCE = { timeout: 15_000, interval: 200 };

async function shown(folder: string): Promise<{ quality: string; values: Record<string, unknown> }> {
  const { stdout } = await tocsin(['models', 'show', 'bearing', '--site', folder, '--json']);
  return JSON.parse(stdout).instances[0];
}

test('a model, from messages to an alert, through a kill', async () => {
  const folder = temporarySite(SITE);
  const first = new TocsinProcess(['start', '--site', folder]);
  const device = await mqttClient(`mqtt://127.0.0.1:${await first.ready()}`);
  const calm = (i: number) => String(2 + Math.sin(i * 12.9898) / 10);
  for (let i = 0; i < 120; i++) await device.publishAsync('f/p1/vib', calm(i), { qos: 0 });
  await device.publishAsync('f/p1/vib', calm(120), { qos: 1 });
  const ready = { quality: 'ok', values: { warmup: 1 } };
  await vi.waitFor(async () => expect(await shown(folder)).toMatchObject(ready), PATIENCE);
  first.signal('SIGKILL');
  await first.ended();
  expect((await shown(folder)).quality).toBe('ok');

  const second = new TocsinProcess(['start', '--site', folder]);
  const again = await mqttClient(`mqtt://127.0.0.1:${await second.ready()}`);
  expect((await shown(folder)).quality).toBe('ok');
  for (let i = 121; i < 125; i++) await again.publishAsync('f/p1/vib', '9', { qos: 1 });
  await vi.waitFor(async () => {
    const { stdout } = await tocsin(['alerts', '--site', folder, '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ rule: 'odd', message: 'p1 is unlike itself' }]);
  }, PATIENCE);
}, 60_000);

test('a model made elsewhere, from messages to scores, and another file in its place', async () => {
  const fixture = (name: string) =>
    readFileSync(new URL(`../../models/imported/fixtures/${name}`, import.meta.url));
  const folder = temporarySite({
    'tocsin.json': { mqtt: { embedded: { port: 0 } } },
    'rules/none.json': { rules: [] },
    'models/q.json': {
      id: 'bearing',
      kind: 'imported',
      file: 'q.onnx',
      inputs: { a: 'f/{m}/a', b: 'f/{m}/b', c: 'f/{m}/c', d: 'f/{m}/d' },
    },
    'models/q.onnx.golden.json': fixture('linear.onnx.golden.json').toString(),
  });
  writeFileSync(join(folder, 'models/q.onnx'), large(fixture('linear.onnx')));
  const golden: { inputs: number[]; outputs: number[] }[] = JSON.parse(
    fixture('linear.onnx.golden.json').toString(),
  );
  const { inputs = [], outputs = [] } = golden.find((one) => !one.inputs.includes(null as never)) ?? {};
  const first = new TocsinProcess(['start', '--site', folder]);
  const device = await mqttClient(`mqtt://127.0.0.1:${await first.ready()}`);
  for (const [place, value] of inputs.entries())
    await device.publishAsync(`f/1/${'abcd'[place]}`, String(value), { qos: 1 });
  await vi.waitFor(async () => {
    const { quality, values } = await shown(folder);
    expect(quality).toBe('ok');
    expect(values['variable']).toBeCloseTo(outputs[0] ?? Number.NaN, 4);
  }, PATIENCE);

  // Golden vectors of the old file do not fit the new one: the old one goes on, and the files say so.
  writeFileSync(join(folder, 'models/q.onnx'), fixture('boosted-regressor.onnx'));
  const statusText = async () => (await tocsin(['status', '--site', folder, '--json'])).stdout;
  await vi.waitFor(async () => expect(await statusText()).toContain('golden vector'), PATIENCE);
  await device.publishAsync('f/1/a', String(inputs[0]), { qos: 1 });
  expect((await shown(folder)).values['variable']).toBeCloseTo(outputs[0] ?? Number.NaN, 4);
  rmSync(join(folder, 'models/q.onnx.golden.json'));
  await vi.waitFor(async () => expect(await statusText()).not.toContain('golden vector'), PATIENCE);
  await device.publishAsync('f/1/a', String(inputs[0]), { qos: 1 });
  await vi.waitFor(async () => {
    const value = (await shown(folder)).values['variable'];
    expect(typeof value).toBe('number');
    expect(value).not.toBeCloseTo(outputs[0] ?? Number.NaN, 4);
  }, PATIENCE);

  // The last good version is stored, large as it is: the file is not needed after a kill.
  writeFileSync(join(folder, 'models/q.onnx'), large(fixture('linear.onnx')));
  await vi.waitFor(async () => {
    await device.publishAsync('f/1/a', String(inputs[0]), { qos: 1 });
    expect((await shown(folder)).values['variable']).toBeCloseTo(outputs[0] ?? Number.NaN, 4);
  }, PATIENCE);
  first.signal('SIGKILL');
  await first.ended();
  rmSync(join(folder, 'models/q.onnx'));
  const second = new TocsinProcess(['start', '--site', folder]);
  const again = await mqttClient(`mqtt://127.0.0.1:${await second.ready()}`);
  await again.publishAsync('f/1/a', String((inputs[0] ?? 0) + 1), { qos: 1 });
  await vi.waitFor(async () => {
    const { quality, values } = await shown(folder);
    expect(quality).toBe('ok');
    expect(values['variable']).not.toBeCloseTo(outputs[0] ?? Number.NaN, 4);
  }, PATIENCE);
  second.signal('SIGTERM');
  await second.ended();
}, 60_000);

/** An ONNX file with a description (field 6 of ModelProto) that makes it larger than what plans hold themselves. */
function large(file: Uint8Array): Uint8Array {
  const length = 100_000;
  const head = [0x32, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
  return Buffer.concat([file, Uint8Array.from(head), Buffer.alloc(length, 'x')]);
}
