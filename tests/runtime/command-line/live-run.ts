import type { AlertEvent } from '../../../rules/alert-event.js';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine } from '../../../rules/engine.js';
import type { SourceFile } from '../../../rules/format/document.js';
import { foldRecord } from '../../../runtime/replay/fold-record.js';
import { isPending } from '../../../runtime/replay/replay.js';
import { packContent } from '../../../runtime/replay/snapshot-content.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import type { EpisodeState } from '../../../runtime/storage/ledger.js';
import { seededRandom } from '../../seeded-random.js';
import { NOTHING, type TestedLedger } from '../storage/ledger-fixture.js';

const NO_TOPICS = { topics: [], pulses: new Float64Array(0), recent: [] };

export const START = Date.UTC(2026, 0, 5, 6);

const RULES = [
  { id: 'hot', inputs: { temp: 'plant/{machine}/temp' }, when: { value: 'temp', above: 80, deadband: 5 } },
  {
    id: 'hot-for',
    inputs: { temp: { topic: 'plant/{machine}/temp', maxAge: '2m' } },
    when: { value: 'temp', above: 80, for: '30s' },
    latch: true,
  },
  { id: 'silent', inputs: { temp: 'plant/{machine}/temp' }, when: { absent: 'temp', for: '1m' } },
  {
    id: 'mean',
    inputs: { temp: 'plant/{machine}/temp' },
    when: { avg: 'temp', over: '5m', above: 60 },
    message: '{machine} is at {temp:.1f}, {duration}',
  },
];
const OTHER = { id: 'odd', inputs: { temp: 'plant/{machine}/temp' }, when: { value: 'temp', below: 10 } };

const files = (...rules: readonly object[]): SourceFile[] => [
  { path: 'rules/rules.json', text: JSON.stringify({ rules }) },
];

/** A service in few words: what it takes in goes through the engine and into the ledger, and its events are told. */
export class LiveRun {
  readonly events: AlertEvent[] = [];
  readonly engine: Engine = createEngine({ rules: [] });
  readonly #ledger: TestedLedger;
  readonly #random: () => number;
  #episodes = new Map<string, EpisodeState>();
  #time = START;
  #offset = 0;

  constructor(ledger: TestedLedger, seed: number) {
    this.#ledger = ledger;
    this.#random = seededRandom(seed);
  }

  /** The events that people see, as they are printed. */
  get lines(): string {
    return this.events
      .filter((event) => !isPending(event))
      .map((event) => `${JSON.stringify(event)}\n`)
      .join('');
  }

  begin(): void {
    this.take({ kind: 'plan', time: this.#time, files: files(...RULES) });
  }

  /** So many records of all kinds. */
  run(count: number): void {
    for (let number = 0; number < count; number += 1) this.take(this.#next());
  }

  snapshot(): void {
    const content = { engine: this.engine.save(), offset: this.#offset, topics: NO_TOPICS, redeliveries: [] };
    void this.#ledger.ledger.snapshot(packContent(content));
  }

  /** What is stored of it is waited for in the end, when the ledger is closed. */
  take(record: JournalRecord): void {
    const events = foldRecord(this.engine, record);
    this.events.push(...events);
    if (record.kind === 'offset') this.#offset = record.offset;
    const episodes = events.flatMap((event) => this.#episode(event));
    void this.#ledger.ledger.append({ ...NOTHING, records: [record], events, episodes, isAwaited: false });
  }

  #episode(event: AlertEvent): EpisodeState[] {
    const { episode, time } = event;
    if (episode === null) return [];
    const known = this.#episodes.get(episode);
    const state: EpisodeState = {
      episode,
      state: event.event === 'resolved' ? 'ended' : event.event === 'cleared' ? 'latched' : 'firing',
      startedAt: known?.startedAt ?? time,
      endedAt: event.event === 'resolved' ? time : null,
      events: (known?.events ?? 0) + 1,
      told: [],
      last: event,
    };
    this.#episodes.set(episode, state);
    return [state];
  }

  #next(): JournalRecord {
    const random = this.#random;
    this.#time += Math.floor(random() * 20_000);
    const time = this.#time;
    const machine = `m${Math.floor(random() * 3)}`;
    const dice = random();
    if (dice < 0.02) {
      this.#time += 90_000;
      return { kind: 'gap', from: time, to: this.#time };
    }
    if (dice < 0.04) return { kind: 'offset', time, offset: Math.floor(random() * 4000) - 2000 };
    if (dice < 0.07) {
      const labels = { machine };
      return {
        kind: 'command',
        time,
        command: { kind: random() < 0.5 ? 'reset' : 'forget', rule: 'hot-for', labels },
      };
    }
    if (dice < 0.1) return { kind: 'connection', time, name: 'plant', isUp: random() < 0.5 };
    if (dice < 0.12) {
      return { kind: 'silence', time, topic: `plant/${machine}/temp`, isSilent: random() < 0.5 };
    }
    if (dice < 0.14)
      return {
        kind: 'plan',
        time,
        files: random() < 0.5 ? files(...RULES) : files(...RULES.slice(1), OTHER),
      };
    if (dice < 0.2) return { kind: 'tick', time };
    return this.#message(machine, time);
  }

  #message(machine: string, arrival: number): JournalRecord {
    const random = this.#random;
    const value = Math.round(random() * 1200) / 10;
    const payload = random() < 0.1 ? { temp: value } : value;
    const isLate = random() < 0.1;
    const message = {
      topic: `plant/${machine}/temp`,
      payload,
      time: isLate ? arrival - Math.floor(random() * 120_000) : arrival,
      arrival,
      ...(random() < 0.05 ? { retain: true } : {}),
      ...(random() < 0.5 ? { source: 'plant' } : {}),
    };
    return {
      kind: 'message',
      message,
      bytes: Buffer.from(JSON.stringify(payload)),
      format: 'json',
      sender: 'm1',
      packetId: null,
      fingerprint: 0,
      hasOwnTime: isLate,
    };
  }
}
