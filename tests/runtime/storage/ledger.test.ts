/** The contract of a ledger, on the real thread and files: what was stored is found again, in order, and once. */
import { describe, expect, test } from 'vitest';
import { unattempted } from '../../../runtime/delivery/outbox.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import {
  delivery,
  episodeState,
  event,
  message,
  NOON,
  NOTHING,
  numbersIn,
  opened,
  plain,
  tailOf,
  temporaryFolder,
} from './ledger-fixture.js';

const PLAN = [{ path: 'rules/a.json', text: '{ "rules": [] }' }];

test('what a program finds that never ran here', async () => {
  const { ledger, recovery } = await opened(temporaryFolder());
  expect(recovery).toMatchObject({
    stop: 'first',
    snapshot: null,
    lastTime: Number.NEGATIVE_INFINITY,
    episodes: [],
    queued: [],
    agenda: [],
    files: [],
    problems: [],
  });
  expect(await tailOf(recovery)).toEqual([]);
  expect(ledger.state).toBe('ok');
  await ledger.close();
});

test('records of every kind come back in order', async () => {
  const folder = temporaryFolder();
  const written: JournalRecord[] = [
    { kind: 'plan', time: NOON, files: PLAN },
    { kind: 'offset', time: NOON, offset: -250 },
    message(1),
    message(2, { packetId: 7, fingerprint: 4_294_967_295, hasOwnTime: true }),
    { kind: 'connection', time: NOON + 3, name: 'plant', isUp: false },
    { kind: 'silence', time: NOON + 4, topic: 'plant/m1/count', isSilent: true },
    { kind: 'command', time: NOON + 5, command: { kind: 'reset', rule: 'hot', labels: { machine: 'm1' } } },
    { kind: 'gap', from: NOON + 5, to: NOON + 6 },
    { kind: 'tick', time: NOON + 7 },
    message(8),
  ];
  const { ledger } = await opened(folder);
  await ledger.append({ ...NOTHING, records: written.slice(0, 2) });
  await ledger.message(message(1), true);
  await ledger.append({ ...NOTHING, records: written.slice(3) });
  await ledger.close();
  const { ledger: again, recovery } = await opened(folder);
  expect(plain(await tailOf(recovery))).toEqual(plain(written));
  expect(recovery.lastTime).toBe(NOON + 8);
  expect(recovery.stop).toBe('clean');
  await again.close();
});

describe('snapshots', () => {
  test('the tail is what comes after the newest', async () => {
    const folder = temporaryFolder();
    const { ledger } = await opened(folder);
    void ledger.append({
      ...NOTHING,
      records: [{ kind: 'plan', time: NOON, files: PLAN }],
      isAwaited: false,
    });
    void ledger.message(message(1), false);
    const first = ledger.snapshot(new Uint8Array([1]));
    void ledger.message(message(2), false);
    void ledger.message(message(3), false);
    const data = new Uint8Array(700_000).map((_, index) => index % 251);
    const second = ledger.snapshot(data);
    void ledger.message(message(4), false);
    await Promise.all([first, second]);
    void ledger.message(message(5), false);
    await ledger.close();
    const { ledger: again, recovery } = await opened(folder);
    expect(recovery.snapshot?.files).toEqual(PLAN);
    expect(Buffer.compare(recovery.snapshot?.data ?? new Uint8Array(), data)).toBe(0);
    expect(numbersIn(await tailOf(recovery))).toEqual([4, 5]);
    await again.close();
  });

  test('of an engine that has no rules and has seen nothing', async () => {
    const folder = temporaryFolder();
    const { ledger } = await opened(folder);
    await ledger.snapshot(new Uint8Array(0));
    await ledger.close();
    const { ledger: again, recovery } = await opened(folder);
    expect(recovery.snapshot).toEqual({ data: new Uint8Array(0), files: [] });
    expect(await tailOf(recovery)).toEqual([]);
    await again.close();
  });
});

describe('alerts and notices', () => {
  test('episodes that have not ended, and what is owed', async () => {
    const folder = temporaryFolder();
    const { ledger } = await opened(folder);
    const episodes = [episodeState('e1'), episodeState('e2'), episodeState('e3', 'latched')];
    const deliveries = [delivery('n1'), delivery('n2'), delivery('n3')];
    await ledger.append({ ...NOTHING, records: [message(1)], events: [event('e1')], episodes, deliveries });
    await ledger.append({
      ...NOTHING,
      episodes: [episodeState('e2', 'ended')],
      deliveries: [delivery('n1')],
    });
    const standing = unattempted(delivery('n2'));
    const failed = { ...standing, attempts: 2, nextAt: NOON + 30_000, lastError: 'it hangs' };
    ledger.progress('n2', { ...standing, state: 'delivered' });
    ledger.progress('n3', failed);
    ledger.progress('never-added', failed);
    await ledger.close();
    const { ledger: again, recovery } = await opened(folder);
    expect(recovery.episodes).toEqual([episodes[0], episodes[2]]);
    expect(recovery.queued).toEqual([
      { delivery: deliveries[0], ...standing },
      { delivery: deliveries[2], ...failed },
    ]);
    await again.close();
  });
});

test('what the notifier is going to do', async () => {
  const folder = temporaryFolder();
  const { ledger } = await opened(folder);
  const agenda = (key: string, text: string | null) => ({ ...NOTHING, agenda: [{ key, text }] });
  for (const key of ['a', 'b', 'c']) await ledger.append(agenda(key, `${key}1`));
  void ledger.append(agenda('b', 'b2'));
  void ledger.append(agenda('b', 'b3'));
  await ledger.append(agenda('a', null));
  await ledger.close();
  const { ledger: again, recovery } = await opened(folder);
  expect(recovery.agenda).toEqual([
    { key: 'b', text: 'b3' },
    { key: 'c', text: 'c1' },
  ]);
  await again.close();
});

test('the last good versions of files', async () => {
  const folder = temporaryFolder();
  const { ledger } = await opened(folder);
  await ledger.files([
    { path: 'tocsin.json', text: '{}' },
    { path: 'rules/b.json', text: 'b1' },
    { path: 'rules/a.json', text: 'a1' },
  ]);
  await ledger.files([
    { path: 'rules/b.json', text: 'b2' },
    { path: 'rules/a.json', text: null },
    { path: 'rules/never-there.json', text: null },
  ]);
  await ledger.files([]);
  await ledger.close();
  const { ledger: again, recovery } = await opened(folder);
  expect(recovery.files).toEqual([
    { path: 'rules/b.json', text: 'b2' },
    { path: 'tocsin.json', text: '{}' },
  ]);
  await again.close();
});

test('everything appended is stored when `stored` resolves', async () => {
  const { ledger } = await opened(temporaryFolder());
  await ledger.stored();
  const appended = ledger.message(message(1), false);
  let isAppended = false;
  void appended.then(() => {
    isAppended = true;
  });
  await ledger.stored();
  expect(isAppended).toBe(true);
  await ledger.close();
});
