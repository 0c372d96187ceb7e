/**
 * A page of `state.db` or `history.db` is not what was written, while the program was stopped or after it was killed: it
 * starts, serves, saves what can be read, and whatever is lost, it says so. Method: the built program on copies of a site
 * that were spoilt, by seed; what is kept in the end is compared with what was there.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { StoredHistory } from '../../runtime/history/stored-history.js';
import { openStateReader } from '../../runtime/storage/state-reader.js';
import { Device } from '../bench/service/device.js';
import { freePort } from '../loopback-port.js';
import { KEEP_ALL, measured, TestedHistory } from '../runtime/history/history-fixture.js';
import { episodeState, event, temporaryFolder } from '../runtime/storage/ledger-fixture.js';
import { StoredSite } from '../runtime/storage/stored-site.js';
import { temporarySite } from '../runtime/temporary-site.js';
import { seededRandom } from '../seeded-random.js';
import { GatewayProcess } from './harness/gateway-process.js';
import { testSeed } from './harness/test-seed.js';

const PAGE_BYTES = 4_096;
/** Nothing is so old that it is let go of. */
const BEGIN = Date.now() - 6 * 3_600_000;
const ROUNDS = 2;
/** Both files are looked through within this, while nothing else is to do. */
const LOOKED_THROUGH_MS = 15_000;

/** Alerts, hours of readings in history, and minutes of them in the journal alone. */
async function siteOf(isClean: boolean): Promise<{ site: string; port: number }> {
  const port = await freePort();
  const site = temporarySite({
    'tocsin.json': { mqtt: { embedded: { port } }, history: { keep: '1000d' } },
    'rules/a.json': {
      rules: [{ id: 'hot', inputs: { t: 'plant/+/count' }, when: { value: 't', above: 1e9 } }],
    },
  });
  const stored = new StoredSite(join(site, 'data'));
  for (let i = 0; i < 40; i++) {
    stored.commit({
      events: Array.from({ length: 10 }, () => event(`e${i}`, { time: BEGIN })),
      episodes: [episodeState(`e${i}`, 'ended')],
    });
  }
  const random = seededRandom(1);
  const records = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      measured(`plant/m${index % 10}/count`, Math.floor(1e6 * random()) / 100, from + index * 500),
    );
  for (let hour = 1; hour < 4; hour++) stored.commit({ records: records(BEGIN + hour * 3_600_000, 6_000) });
  workOff(join(site, 'data'));
  stored.commit({ records: records(BEGIN + 4 * 3_600_000, 500) });
  stored.store.close(isClean);
  return { site, port };
}

function workOff(data: string): void {
  const history = new TestedHistory(data);
  history.workOff();
  history.close();
}

interface Kept {
  readonly readings: readonly string[];
  readonly events: number;
}

function keptIn(site: string): Kept {
  const data = join(site, 'data');
  const history = StoredHistory.open(data, KEEP_ALL);
  const readings = history
    .series()
    .filter(({ topic }) => topic.endsWith('/count'))
    .flatMap((series) =>
      [...history.readings(series, { from: -Infinity, to: Infinity })].flatMap(({ times, values }) =>
        [...times].map((time, at) => `${series.topic} ${time}=${values[at]}`),
      ),
    );
  history.close();
  const state = openStateReader(data);
  const events = state?.events({ limit: 100_000 }).length ?? 0;
  state?.close();
  return { readings, events };
}

function spoilPage(path: string, random: () => number): number {
  const bytes = readFileSync(path);
  const page = Math.floor((random() * bytes.length) / PAGE_BYTES);
  bytes.fill(0xa5, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  writeFileSync(path, bytes);
  return page;
}

test.each([
  ['state.db', true],
  ['state.db', false],
  ['history.db', true],
] as const)('a page of %s (after a clean stop: %s)', async (name, isClean) => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const { site, port } = await siteOf(isClean);
  const whole = keptIn(site);
  expect(whole.readings.length).toBeGreaterThan(18_000);
  for (let round = 0; round < ROUNDS; round++) {
    const copy = join(temporaryFolder(), 'site');
    cpSync(site, copy, { recursive: true });
    const page = spoilPage(join(copy, 'data', name), random);
    const gateway = new GatewayProcess({ site: copy });
    onTestFinished(() => gateway.kill().then(() => undefined));
    await gateway.ready();
    const device = await Device.connect(port, 'new');
    await device.publish({ topic: 'plant/new/temp', payload: '1' });
    device.close();
    const isSaid = () => /damaged|lacks|left out|are lost/.test(gateway.stderr);
    await vi
      .waitFor(() => expect(isSaid()).toBe(true), { timeout: LOOKED_THROUGH_MS })
      .catch(() => undefined);
    expect((await gateway.stop()).code).toBe(0);
    // What is not brought back by now is by the next start.
    workOff(join(copy, 'data'));
    const kept = keptIn(copy);
    const readings = new Set(kept.readings);
    const lost = whole.readings.filter((reading) => !readings.has(reading)).length;
    const context = `seed ${seed}, page ${page}: ${lost} readings, ${whole.events - kept.events} events lost: ${gateway.stderr}`;
    if (lost > 0 || kept.events < whole.events) expect(isSaid(), context).toBe(true);
    expect(lost, context).toBeLessThan(whole.readings.length);
  }
});
