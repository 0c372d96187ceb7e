/**
 * Imported readings are in history once, whatever is there already, however often they are imported, and wherever that was
 * interrupted; with what came live they are one series. Method: recordings into a site with a real journal and chunks,
 * beside a history store that has the file open; what is kept is compared with a list.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Scalar } from '../../../rules/reading.js';
import { StoredHistory } from '../../../runtime/history/stored-history.js';
import { HistoryImport, type HistoryImportOptions } from '../../../runtime/import/history-import.js';
import type { RecordedMessage } from '../../../runtime/replay/recorded-message.js';
import { seededRandom } from '../../seeded-random.js';
import { tocsin } from '../command-line/run-in-process.js';
import { DAY, KEEP_ALL, measured, TestedHistory } from '../history/history-fixture.js';
import { NOON, temporaryFolder } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';
import { temporarySite } from '../temporary-site.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

function importOf(dataFolder: string, more: Partial<HistoryImportOptions> = {}): HistoryImport {
  const options = { dataFolder, settings: KEEP_ALL, source: 'a', now: NOON + DAY, from: null, to: null };
  return new HistoryImport({ ...options, ...more });
}

function imported(folder: string, messages: readonly RecordedMessage[], more = {}) {
  const target = importOf(folder, more);
  for (const message of messages) target.add(message);
  target.finish();
  target.close();
  return target.counts;
}

/** `topic field` → its readings in order. */
function keptIn(folder: string): Record<string, [time: number, value: Scalar][]> {
  const history = StoredHistory.open(folder, KEEP_ALL);
  const kept: Record<string, [number, Scalar][]> = {};
  for (const series of history.series()) {
    const all: [number, Scalar][] = [];
    for (const { times, values } of history.readings(series, { from: -Infinity, to: Infinity })) {
      for (const [at, time] of times.entries()) all.push([time, values[at] ?? '']);
    }
    kept[`${series.topic} ${series.field}`] = all;
  }
  expect([history.problems, history.damaged]).toEqual([[], 0]);
  history.close();
  return kept;
}

function minutesIn(folder: string): number[][] {
  const history = StoredHistory.open(folder, KEEP_ALL);
  const rows = history
    .series()
    .flatMap((series) => [...history.rollups(series, { from: -Infinity, to: Infinity }, MINUTE)]);
  history.close();
  return rows.map(({ start, count, min, max, first, last }) =>
    [start, count, min, max, first, last].map(Number),
  );
}

/** Two sensors; some readings late, some twice. */
function recording(count: number, seed = 1): RecordedMessage[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) => ({
    time: NOON + at * 7_000 - (random() < 0.1 ? Math.floor(random() * 5 * HOUR) : 0),
    topic: random() < 0.5 ? 'plant/m1/temp' : 'plant/m2/temp',
    payload: Math.floor(random() * 100) / 10,
  })).flatMap((message) => (random() < 0.05 ? [message, message] : [message]));
}

/** Each reading once. */
function expectedOf(messages: readonly RecordedMessage[]): Record<string, [number, Scalar][]> {
  const series: Record<string, [number, Scalar][]> = {};
  for (const { time, topic, payload } of messages) {
    const all = series[`${topic} value`] ?? [];
    series[`${topic} value`] = all;
    const value = Number(payload);
    if (!all.some(([t, v]) => t === time && v === value)) all.push([time, value]);
  }
  for (const all of Object.values(series)) all.sort(([a], [b]) => a - b);
  return series;
}

/** Those of one time in any order. */
function ordered(kept: Record<string, [number, Scalar][]>) {
  return Object.fromEntries(
    Object.entries(kept)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, all]) => [key, all.map(([time, value]) => `${time}=${value}`).sort()]),
  );
}

describe('import', () => {
  test('adds each reading once, however often it is done and wherever it was interrupted', () => {
    const messages = recording(6_000);
    const whole = temporaryFolder();
    expect(imported(whole, messages)).toMatchObject({ known: messages.length - 6_000 + lost(messages) });
    expect(ordered(keptIn(whole))).toEqual(ordered(expectedOf(messages)));

    const parts = temporaryFolder();
    for (const [end, skipped] of [
      [2_500, 0],
      [4_000, 2_000],
      [messages.length, 3_000],
    ] as const) {
      const target = importOf(parts);
      expect(target.skipped).toBe(skipped);
      for (const [at, message] of messages.slice(0, end).entries()) {
        target.add(message);
        if (at + 1 === skipped + 1_000 || at + 1 === 2_000) target.flush();
      }
      if (end === messages.length) target.finish();
      target.close(); // what was not stored is lost, as by a kill
    }
    expect(ordered(keptIn(parts))).toEqual(ordered(keptIn(whole)));
    const again = imported(parts, messages);
    expect(again).toMatchObject({ added: 0, known: messages.length });
    expect(ordered(keptIn(parts))).toEqual(ordered(keptIn(whole)));
    expect(minutesIn(parts)).toEqual(minutesIn(whole));
  });

  test('goes beside the store of a service, and knows what came live', () => {
    const folder = temporaryFolder();
    const site = new StoredSite(folder);
    const history = new TestedHistory(folder);
    const live = recording(2_000).filter(({ topic }) => topic === 'plant/m1/temp');
    const records = (messages: readonly RecordedMessage[]) =>
      messages.map(({ topic, payload, time }, at) =>
        measured(topic, payload, NOON + at * 14_000, { ageMs: Math.max(0, NOON + at * 14_000 - time) }),
      );
    const sent = records(live);
    site.commit({ records: sent.slice(0, 800) });
    history.workOff();
    const came = sent.map(({ message: { time, topic, payload } }) => ({ time, topic, payload }));
    const other = recording(3_000, 2).map((message) => ({ ...message, time: message.time - 3 * HOUR }));
    imported(folder, [...came.slice(0, 100), ...other, ...came.slice(700, 800)]);
    site.commit({ records: sent.slice(800) });
    history.workOff();
    imported(folder, came.slice(850), { source: 'b' });
    const twice = came.length - new Set(came.map(({ time, payload }) => `${time} ${payload}`)).size;
    const kept = keptIn(folder);
    expect(kept['plant/m1/temp value']?.length).toBe(
      (expectedOf([...came, ...other])['plant/m1/temp value']?.length ?? 0) + twice,
    );
    expect(history.said).toEqual([]);
    history.close();
    site.store.close(true);
  });

  test('is where it was measured by the clock on the wall, whatever that is from the engine later on', () => {
    const folder = temporaryFolder();
    const wall = () => {
      const history = StoredHistory.open(folder, KEEP_ALL);
      const { offsets } = history;
      const all = { from: -Infinity, to: Infinity };
      const times = history.series().flatMap((one) => [...history.readings(one, all)]);
      history.close();
      return times.flatMap((part) => Array.from(part.times, (time) => time + offsets.at(time)));
    };
    const some = recording(50);
    const expected = (expectedOf(some)['plant/m1/temp value'] ?? []).map(([time]) => time);
    const mine = some.filter(({ topic }) => topic === 'plant/m1/temp');
    imported(folder, mine, { source: 'before any service' });
    // A service begins, a moment apart from the wall: history has not read that yet.
    const site = new StoredSite(folder);
    site.commit({ records: [{ kind: 'offset', time: NOON + HOUR, offset: 7 }] });
    expect(wall()).toEqual(expected);
    expect(imported(folder, mine, { source: 'beside it' })).toMatchObject({ added: 0 });
    const later = NOON + 2 * HOUR;
    imported(folder, [{ time: later, topic: 'plant/m1/temp', payload: 5 }]);
    expect(wall()).toEqual([...expected, later]);
    site.store.close(true);
  });

  test('leaves out what is not kept, not asked for, or has no room', () => {
    const folder = temporaryFolder();
    const at = (time: number, topic = 't', rest = {}): RecordedMessage => ({
      time,
      topic,
      payload: 1,
      ...rest,
    });
    const settings = { ...KEEP_ALL, keepMs: 2 * DAY, seriesMax: 1 };
    const dayStart = Math.floor((NOON - 2 * DAY) / DAY) * DAY;
    const messages = [
      at(dayStart - 1),
      at(dayStart),
      at(NOON - HOUR - 1),
      at(NOON - HOUR),
      at(NOON),
      at(NOON + 1),
      at(NOON - 1, 'other'),
      at(NOON - 1, 't', { retain: true }),
    ];
    expect(imported(folder, messages, { settings, now: NOON })).toMatchObject({
      added: 4,
      tooOld: 1,
      tooNew: 1,
      refused: 1,
      retained: 1,
    });
    const range = { from: NOON - HOUR, to: NOON - 1 };
    expect(imported(temporaryFolder(), messages, { now: NOON, ...range })).toMatchObject({
      added: 2,
      outside: 5,
    });
  });

  test('keeps every kind of value, and cuts chunks at days', () => {
    const folder = temporaryFolder();
    const values = [-0, 0, 1.5, true, false, 'on', '1'];
    const payload = Object.fromEntries(values.map((value, at) => [`f${at}`, value]));
    const midnight = Math.ceil(NOON / DAY) * DAY;
    const messages = [midnight - 1, midnight, midnight + 1].map((time) => ({ time, topic: 't', payload }));
    imported(folder, messages, { now: midnight + DAY });
    expect(keptIn(folder)).toEqual(
      Object.fromEntries(
        values.map((value, at) => [
          `t f${at}`,
          [-1, 0, 1].map((ms) => [midnight + ms, typeof value === 'boolean' ? Number(value) : value]),
        ]),
      ),
    );
  });
});

/** Of messages that are not next to each other, those that have the same time and value by chance. */
function lost(messages: readonly RecordedMessage[]): number {
  const all = new Set(messages.map(({ time, topic, payload }) => `${time} ${topic} ${payload}`));
  return 6_000 - all.size;
}

describe('the command', () => {
  const now = Date.now();
  const iso = (ms: number) => new Date(now - DAY + ms).toISOString();

  test('reads what export writes, narrow, long and wide', async () => {
    const narrow = `time,topic,payload\n${iso(0)},plant/m1/temp,80.5\n${iso(1)},plant/m1/state,on\n`;
    const long = `time,topic,field,value\n${iso(0)},plant/m1/temp,value,80.5\n${iso(2)},plant/m2,motor.on,true\n`;
    const wide = `at;m;temp;flow\n${iso(0)};m1;80.5;\n${iso(3)};m3;1;2\n`;
    const site = temporarySite({
      'tocsin.json': {},
      'narrow.csv': narrow,
      'long.csv': long,
      'wide.csv': wide,
      'bad.ndjson': '{"time":1}\n',
    });
    const add = (file: string, ...options: string[]) =>
      tocsin(['import', join(site, file), '--site', site, ...options]);
    expect(await add('narrow.csv')).toEqual({ code: 0, stdout: '', stderr: '2 readings added\n' });
    expect((await add('long.csv')).stderr).toBe('1 reading added\nthere already: 1 reading\n');
    const options = ['--topic', 'plant/{m}/{column}', '--time-column', 'at', '--json'];
    expect(JSON.parse((await add('wide.csv', ...options)).stdout)).toMatchObject({ added: 2, known: 1 });
    expect(await add('bad.ndjson')).toMatchObject({ code: 1 });
    expect(await add('none.ndjson')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('cannot read'),
    });

    const exported = await tocsin(['export', '--site', site, '--format', 'csv']);
    expect(exported.stdout.trimEnd().split('\n')).toHaveLength(6);
    const other = temporarySite({ 'tocsin.json': {} });
    writeFileSync(join(other, 'all.csv'), exported.stdout);
    await tocsin(['import', join(other, 'all.csv'), '--site', other]);
    expect((await tocsin(['export', '--site', other, '--format', 'csv'])).stdout).toBe(exported.stdout);
  });
});
