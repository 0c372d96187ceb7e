/**
 * Bytes that nobody would send in good faith: 100,000 packets made wrong in every way, to the program as people start it, and
 * 100,000 payloads, through the intake into the rules and the journal. Nothing crashes, all objects stay as they are, a device
 * that behaves is served, and what was taken in is read back as it was. TOCSIN_SEED repeats a run.
 */
import { expect, onTestFinished, test, vi } from 'vitest';
import { decodePayload } from '../../firmware-bridge/decode-payload.js';
import { createEngine } from '../../rules/create-engine.js';
import { CommitBuilder } from '../../runtime/storage/commit-builder.js';
import { readJournalRow } from '../../runtime/storage/journal-reader.js';
import { TopicNumbers } from '../../runtime/storage/topic-numbers.js';
import { Device } from '../bench/service/device.js';
import { compareWays } from '../firmware-bridge/compare-ways.js';
import { fuzz } from '../firmware-bridge/fuzz-sessions.js';
import { intake, NOON, payloads, received, rulesReading, TIMED } from '../runtime/intake/intake-fixture.js';
import { temporarySite } from '../runtime/temporary-site.js';
import { seededRandom } from '../seeded-random.js';
import { GatewayProcess } from './harness/gateway-process.js';
import { hostilePayload } from './harness/hostile-payload.js';
import { writeProof } from './harness/proof-page.js';
import { dataOf, statusOf } from './harness/running-gateway.js';
import { testSeed } from './harness/test-seed.js';

const SEED = testSeed() % 1_000_000;
const MINUTES = 60_000;
const SESSIONS = 10_000;
const PACKETS = 10;
const PAYLOADS = 100_000;
const said: string[] = [];

function note(line: string): void {
  said.push(line);
  writeProof('Hostile bytes', { seed: SEED, test: 'fuzz.long' }, said.map((it) => `- ${it}`).join('\n'));
}

test(
  '100,000 packets made wrong in every way',
  async () => {
    const site = temporarySite({
      'tocsin.json': { mqtt: { embedded: { port: 0 } } },
      'rules/hot.json': {
        id: 'hot',
        inputs: { temp: 'factory/{line}/{machine}/temp' },
        when: { value: 'temp', above: 80 },
      },
    });
    const gateway = new GatewayProcess({ site });
    onTestFinished(() => gateway.kill());
    const port = await gateway.ready();
    const good = await Device.connect(port, 'good');
    let served = 0;
    const sending = setInterval(() => {
      void good.publish({ topic: 'good', payload: '1' }).then(() => {
        served += 1;
      });
    }, 20);
    onTestFinished(() => clearInterval(sending));
    await fuzz(port, { sessions: SESSIONS, seed: SEED });
    expect(gateway.isRunning).toBe(true);
    await vi.waitFor(
      async () => expect((await statusOf(dataOf(site))).connections).toMatchObject([{ clients: 1 }]),
      { timeout: MINUTES },
    );
    const before = served;
    await vi.waitFor(() => expect(served).toBeGreaterThan(before + 20), { timeout: MINUTES });
    const { rejected } = (await statusOf(dataOf(site))).intake;
    const cut = Object.values(rejected).reduce((sum, count) => sum + count, 0);
    expect(rejected['protocol'] ?? 0).toBeGreaterThan(SESSIONS / 20);
    const { code } = await gateway.stop();
    expect(code).toBe(0);
    note(
      `${(SESSIONS * PACKETS).toLocaleString('en')} packets in ${SESSIONS.toLocaleString('en')} sessions, made wrong in every way: ${cut.toLocaleString('en')} sessions and messages turned away and counted, no crash, no connection left behind, another device served all the time`,
    );
  },
  30 * MINUTES,
);

test(
  '60,000 packets by two ways',
  async () => {
    const records = await compareWays({ sessions: 1_000, seed: SEED });
    note(
      `60,000 packets of clients that keep to the rules or break them at the end, cut anywhere, past the broker and through it: ${records.toLocaleString('en')} messages for the journal, acknowledgements and counters the same both ways`,
    );
  },
  30 * MINUTES,
);

test(
  '100,000 payloads',
  () => {
    const random = seededRandom(SEED);
    const rules = rulesReading('a/{m}/json', 'a/{m}/number', 'a/{m}/text', {
      topic: 'a/{m}/timed',
      field: 'temp',
    });
    const { intake: taking, counters } = intake(rules, [
      payloads('a/+/number', { format: 'number' }),
      payloads('a/+/text', { format: 'text' }),
      payloads('a/+/timed', TIMED),
    ]);
    const engine = createEngine({ rules });
    let taken = 0;
    for (let i = 0; i < PAYLOADS; i++) {
      const kind = ['json', 'number', 'text', 'timed'][i % 4] ?? 'json';
      const message = received(`a/m${i % 7}/${kind}`, hostilePayload(random), {
        qos: 1,
        packetId: i % 65_535,
      });
      const records = taking.messages(message, { arrival: NOON + i, offset: 0 });
      if (typeof records === 'symbol') continue;
      for (const record of records) engine.message(record.message);
      taken += records.length;
      const builder = new CommitBuilder(new TopicNumbers(0), null);
      builder.addRecords(records);
      const journal = builder.takeJournal();
      if (journal === null) continue;
      const { firstTime, count, bytes, topics } = journal;
      const topic = (place: number) => topics.topics[place];
      const read = readJournalRow({ firstTime, count, bytes, topic, plan: () => undefined });
      expect(read.map((record) => (record.kind === 'message' ? record.message : null))).toEqual(
        records.map((record) => record.message),
      );
      for (const { bytes: kept, format, message: made } of records) {
        expect(decodePayload(kept, format, kept.length)).toEqual({ kind: 'decoded', value: made.payload });
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['temp']).toBeUndefined();
    expect(taken).toBeGreaterThan(PAYLOADS / 20);
    expect(counters.totalOf('malformed')).toBeGreaterThan(PAYLOADS / 20);
    note(
      `${PAYLOADS.toLocaleString('en')} payloads, valid, nearly valid and neither, through intake, rules and journal: ${taken.toLocaleString('en')} messages taken, each read back from the journal as it was; no exception, no object changed for all`,
    );
  },
  30 * MINUTES,
);
