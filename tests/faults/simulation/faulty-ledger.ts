import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type DeliveryProgress, unattempted } from '../../../runtime/delivery/outbox.js';
import { LedgerClient } from '../../../runtime/storage/ledger-client.js';
import {
  delivery,
  episodeState,
  event,
  message,
  NOON,
  NOTHING,
  numbersIn,
} from '../../runtime/storage/ledger-fixture.js';
import { StoredSite } from '../../runtime/storage/stored-site.js';
import { seededRandom } from '../../seeded-random.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { DirectStore } from './direct-store.js';
import { type DiskMood, faultyDisk } from './faulty-driver.js';

const MOODS: readonly DiskMood[] = ['sound', 'flaky', 'dead', 'full', 'lies', 'sound'];
const STEPS = 300;
/** Longer than whatever waits for the disk to be tried again. */
const RECOVERY_MS = 20_000;

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What was asked of a ledger, and what it said. */
class Asked {
  readonly appended: number[] = [];
  readonly acknowledged = new Set<number>();
  readonly queued = new Set<string>();
  readonly episodes = new Map<string, 'firing' | 'ended'>();
  readonly said: string[] = [];
}

/**
 * A ledger on a disk that fails, is full, is slow and lies, as the seed has it. While it lasts nothing is acknowledged that a
 * kill could take; when it is over all that was appended is stored, once and in order.
 *
 * @param isCareless the store says that commits are stored which are not: that must be found out
 * @returns how many errors the driver threw
 */
export async function simulateFaultyDisk(scratch: string, seed: number, isCareless = false): Promise<number> {
  const random = seededRandom(seed);
  const folder = join(scratch, 'ledger');
  rmSync(folder, { recursive: true, force: true });
  Object.assign(faultyDisk, { mood: 'sound', random, faults: 0 });
  const clock = new SimulatedClock(NOON);
  const store = new DirectStore(clock, { wall: () => NOON, reserveBytes: 0 });
  store.isCareless = isCareless;
  const found = await store.open(folder);
  const asked = new Asked();
  const ledger = new LedgerClient({
    ...{
      store,
      clock,
      durability: 'strict',
      next: found.next,
      plan: null,
      lastTime: Number.NEGATIVE_INFINITY,
    },
    ...{ isShort: false, isHoled: false },
    onDegraded: () => asked.said.push('degraded'),
    onRecovered: () => asked.said.push('recovered'),
    onResynchronise: () => asked.said.push('resynchronise'),
    onProblem: (text) => asked.said.push(text),
  });
  for (let step = 0; step < STEPS; step++) {
    if (random() < 0.05) faultyDisk.mood = MOODS[Math.floor(MOODS.length * random())] ?? 'sound';
    if (random() < 0.02) store.slowMs = random() < 0.5 ? 0 : Math.floor(600 * random());
    act(ledger, asked, random, step);
    await pass(clock, Math.floor(random() * random() * 400));
    if (random() < 0.03) checkKilled(folder, join(scratch, 'killed'), asked);
  }
  const { faults } = faultyDisk;
  Object.assign(faultyDisk, { mood: 'sound' });
  store.slowMs = 0;
  await pass(clock, RECOVERY_MS);
  expect(ledger.state).toBe('ok');
  const closing = ledger.close();
  await pass(clock, RECOVERY_MS);
  await closing;
  checkAll(folder, asked);
  return faults;
}

function act(ledger: LedgerClient, asked: Asked, random: () => number, step: number): void {
  const number = step + 1;
  const luck = random();
  if (luck < 0.6) {
    asked.appended.push(number);
    ledger.message(message(number), luck < 0.4).then(
      () => asked.acknowledged.add(number),
      () => undefined,
    );
  } else if (luck < 0.8) {
    asked.appended.push(number);
    const id = `n${number}`;
    const state = random() < 0.5 ? ('firing' as const) : ('ended' as const);
    asked.queued.add(id);
    asked.episodes.set(`e${number}`, state);
    const entry = {
      ...NOTHING,
      records: [message(number)],
      events: [event(`e${number}`)],
      episodes: [episodeState(`e${number}`, state)],
      deliveries: [delivery(id)],
    };
    ledger.append(entry).then(
      () => asked.acknowledged.add(number),
      () => undefined,
    );
  } else if (luck < 0.95) {
    const [id] = asked.queued;
    if (id === undefined) return;
    asked.queued.delete(id);
    const progress: DeliveryProgress = { ...unattempted(delivery(id)), state: 'delivered' };
    ledger.progress(id, progress);
  } else {
    // It says up to where it holds everything.
    const covered = asked.appended.at(-1) ?? 0;
    ledger.snapshot(new Uint8Array([covered >> 8, covered & 0xff])).catch(() => undefined);
  }
}

/** What a kill leaves now has everything that was acknowledged by now. */
function checkKilled(folder: string, killed: string, asked: Asked): void {
  const { mood } = faultyDisk;
  faultyDisk.mood = 'sound';
  rmSync(killed, { recursive: true, force: true });
  cpSync(folder, killed, { recursive: true, filter: (path) => !/-shm$|lock\.db/.test(path) });
  const site = new StoredSite(killed);
  const { numbers, covered } = storedIn(site);
  const stored = new Set(numbers);
  expect(numbers).toEqual([...stored].sort((a, b) => a - b));
  const acknowledged = [...asked.acknowledged];
  expect(acknowledged.filter((number) => number > covered && !stored.has(number))).toEqual([]);
  const owed = acknowledged.filter((number) => asked.episodes.has(`e${number}`));
  expect(owed.filter((number) => site.store.query('delivery', `n${number}`) === null)).toEqual([]);
  site.store.close(false);
  faultyDisk.mood = mood;
}

/** Everything that was appended is there, once and in order, and people were told rightly. */
function checkAll(folder: string, asked: Asked): void {
  const site = new StoredSite(folder);
  expect([site.found.stop, site.found.problems]).toEqual(['clean', []]);
  const { numbers, covered } = storedIn(site);
  expect(numbers).toEqual(asked.appended.filter((number) => number > covered));
  const queued = site.store.query('deliveries', { states: ['queued'], limit: 1_000 }) as readonly {
    value: { delivery: { notice: { id: string } } };
  }[];
  expect(queued.map(({ value }) => value.delivery.notice.id).sort()).toEqual([...asked.queued].sort());
  const firing = [...asked.episodes].filter(([, state]) => state === 'firing').map(([episode]) => episode);
  expect(site.found.episodes.map(({ episode }) => episode).sort()).toEqual(firing.sort());
  const news = asked.said.filter((text) => text === 'degraded' || text === 'recovered');
  expect(news).toEqual(news.map((_, index) => (index % 2 === 0 ? 'degraded' : 'recovered')));
  expect(news.length % 2).toBe(0);
  site.store.close(true);
}

/** The numbers of the messages after the snapshot, and the last that it covers. */
function storedIn(site: StoredSite): { readonly numbers: readonly number[]; readonly covered: number } {
  const [high = 0, low = 0] = site.found.snapshot?.data ?? [];
  return { numbers: numbersIn(site.tail().records), covered: (high << 8) | low };
}

/** Lets time pass, and what waits for it get on. */
async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  const step = ms > 1_000 ? 50 : 5;
  for (let left = ms; left > 0; left -= step) {
    clock.advance(Math.min(step, left));
    await settled();
  }
  await settled();
}
