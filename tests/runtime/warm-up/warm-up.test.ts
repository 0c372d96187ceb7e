/**
 * Rules that change while they run and are warmed up: what runs meanwhile, what is recorded, what comes of edits, failures
 * and floods on the way. The past is folded by the test when it says so. All records are then folded as a replay does, which
 * must give the same events.
 */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { createEngine } from '../../../rules/create-engine.js';
import type { SourceFile } from '../../../rules/format/document.js';
import { foldRecord } from '../../../runtime/replay/fold-record.js';
import { planOfFiles } from '../../../runtime/replay/held-rules.js';
import { engineBeside } from '../../../runtime/replay/warmed.js';
import type { JournalMessage, JournalRecord } from '../../../runtime/storage/journal-record.js';
import type { Past, PastInput } from '../../../runtime/warm-up/fold-past.js';
import { type RuleHost, WarmUp } from '../../../runtime/warm-up/warm-up.js';
import { KEEP_ALL, measured } from '../history/history-fixture.js';

const START = Date.UTC(2026, 0, 5, 6);
const X = 'f/{m}/x';
const HOT = { id: 'hot', inputs: { x: X }, when: { value: 'x', above: 80 } };

function mean(limit: number, more: object = {}) {
  return { id: 'mean', inputs: { x: X }, when: { avg: 'x', over: '10m', above: limit }, ...more };
}

function filesOf(...rules: readonly object[]): SourceFile[] {
  return [{ path: 'rules/r.json', text: JSON.stringify({ rules }) }];
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

interface Fold {
  readonly input: PastInput;
  readonly signal: AbortSignal;
  readonly resolve: (past: Past) => void;
  readonly reject: (error: Error) => void;
}

/** A service that runs rules and remembers what it recorded. */
class Host implements RuleHost {
  readonly records: JournalRecord[] = [];
  readonly events: AlertEvent[] = [];
  readonly failed: string[] = [];
  readonly warm: string[] = [];
  /** Asked for, and not answered yet. */
  readonly folds: Fold[] = [];
  readonly warmUp: WarmUp;
  readonly #engine = createEngine({ rules: [] });
  #observer: Parameters<RuleHost['observe']>[0] = null;
  #time = START;

  constructor() {
    this.warmUp = new WarmUp({
      running: { plan: { rules: [] }, files: [] },
      host: this,
      ledger: this,
      fold: (input, signal) =>
        new Promise((resolve, reject) => this.folds.push({ input, signal, resolve, reject })),
      past: () => ({ dataFolder: '', history: KEEP_ALL, graces: [], from: 0, readingsMax: 1e6 }),
      soon: setImmediate,
      onWarm: (units) => this.warm.push(...units),
      onFailed: (units, reason) => this.failed.push(`${units.join()}: ${reason}`),
    });
  }

  get seq(): number {
    return this.records.length;
  }

  async stored(): Promise<void> {}

  async replan(...[plan, files, warm]: Parameters<RuleHost['replan']>): Promise<void> {
    const warmed = warm === undefined ? {} : { warmed: warm.warmed };
    this.#record({ kind: 'plan', time: this.#time, files, ...warmed }, () => [
      ...this.#engine.advance(this.#time),
      ...this.#engine.replan(plan, warm?.engine),
    ]);
  }

  observe(observer: Parameters<RuleHost['observe']>[0]): void {
    this.#observer = observer;
  }

  /** In the next second. */
  message(topic: string, payload: number): void {
    this.#time += 1_000;
    const record = measured(topic, payload, this.#time);
    this.#record(record, () => this.#engine.message(record.message));
  }

  change(...rules: readonly object[]): void {
    const files = filesOf(...rules);
    void this.warmUp.change({ plan: planOfFiles(files), files });
  }

  changeAtOnce(...rules: readonly object[]): void {
    const files = filesOf(...rules);
    void this.warmUp.changeAtOnce({ plan: planOfFiles(files), files });
  }

  /** What is asked for, which is answered by the test. */
  async asked(): Promise<Fold> {
    await settled();
    const fold = this.folds.shift();
    if (fold === undefined) throw new Error('nobody wants to know the past');
    return fold;
  }

  /** The past is folded: all that was recorded, and what came before. */
  async folded(before: readonly JournalMessage[] = []): Promise<void> {
    const { input, resolve } = await this.asked();
    resolve(pastOf(input, [...before, ...this.records], this.seq));
    for (let turns = 0; turns < 5; turns++) await settled();
  }

  /** `60 mean firing` */
  get told(): string[] {
    return this.events.map(({ time, rule, event, reason }) =>
      [(time - START) / 1000, rule, event, ...(reason === undefined ? [] : [reason])].join(' '),
    );
  }

  #record(record: JournalRecord, apply: () => readonly AlertEvent[]): void {
    this.events.push(...apply());
    this.records.push(record);
    this.#observer?.(record, this.records.length);
  }
}

/** What a job would give: here the messages among the records are all that there is to know. */
function pastOf({ files, units }: PastInput, records: readonly JournalRecord[], seq: number): Past {
  const engine = engineBeside(planOfFiles(files), units);
  for (const record of records) if (record.kind === 'message') engine.message(record.message);
  return { state: deflateRawSync(engine.save().data), seq, messages: records.length };
}

/** Everything that was recorded, played again, gives what it gave. */
function expectReplayed({ records, events }: Host): void {
  const engine = createEngine({ rules: [] });
  expect(records.flatMap((record) => [...foldRecord(engine, record)])).toEqual(events);
}

describe('a rule that goes by the past', () => {
  test('waits until it has seen it, and then is as if it had been there', async () => {
    const host = new Host();
    host.changeAtOnce(HOT);
    host.message('f/a/x', 70);
    host.change(HOT, mean(80));
    expect(host.warmUp.warming).toEqual(['mean']);
    host.message('f/a/x', 85);
    await host.folded([measured('f/a/x', 100, START - 300_000)]);
    host.message('f/a/x', 1);
    expect(host.warmUp.warming).toEqual([]);
    expect(host.told).toEqual([
      '2 hot firing',
      '2 mean firing',
      '3 hot resolved normal',
      '3 mean resolved normal',
    ]);
    expect(host.warm).toEqual(['mean']);
    expectReplayed(host);
  });

  test('goes on as it was until the changed one has, beside what is new', async () => {
    const host = new Host();
    host.changeAtOnce(mean(80));
    host.message('f/a/x', 90);
    host.change(mean(95, { when: { max: 'x', over: '1h', above: 95 } }), HOT);
    expect(host.warmUp.warming).toEqual(['mean']);
    host.message('f/b/x', 90);
    await host.folded();
    expect(host.told).toEqual([
      '1 mean firing',
      '2 hot firing',
      '2 mean firing',
      '2 mean resolved rule changed',
      '2 mean resolved rule changed',
    ]);
    expectReplayed(host);
  });

  test('is in force at once where nothing of what it goes by is new', () => {
    const host = new Host();
    host.changeAtOnce(mean(80), HOT);
    host.change(mean(85, { message: 'other words' }), { ...HOT, when: { value: 'x', above: 70 } });
    expect(host.warmUp.warming).toEqual([]);
  });

  test('sees what came in after the past was folded', async () => {
    const host = new Host();
    host.change(mean(80));
    const { input, resolve } = await host.asked();
    const past = pastOf(input, host.records, host.seq);
    for (let i = 0; i < 1_200; i++) host.message('f/a/x', 90);
    host.message('g/a/x', 1);
    resolve(past);
    await settled();
    // It works off so many at a time, and does not miss what comes in between.
    host.message('f/b/x', 90);
    for (let turns = 0; turns < 5; turns++) await settled();
    expect(host.told).toEqual(['1202 mean firing', '1202 mean firing']);
    expectReplayed(host);
  });

  test('waits for the view that it reads', async () => {
    const host = new Host();
    const view = { id: 'means', inputs: { x: X }, emit: { mean: { avg: 'x', over: '10m' } } };
    const rule = {
      id: 'high',
      inputs: { average: { view: 'means', field: 'mean' } },
      when: { value: 'average', above: 80 },
    };
    const files = [{ path: 'views/v.json', text: JSON.stringify(view) }, ...filesOf(rule)];
    host.message('f/a/x', 90);
    void host.warmUp.change({ plan: planOfFiles(files), files });
    expect(host.warmUp.warming).toEqual(['high', 'view:means']);
    await host.folded();
    expect(host.told).toEqual(['1 high firing']);
    expectReplayed(host);
  });
});

describe('on the way', () => {
  test('another edit gives up what was begun; older versions go on from whichever files said them', async () => {
    const host = new Host();
    const max = (limit: number) => mean(limit, { when: { max: 'x', over: '1h', above: limit } });
    host.changeAtOnce(mean(80), HOT);
    host.message('f/a/x', 90);
    host.change(max(95), HOT);
    const given = await host.asked();
    host.change(max(95), { ...HOT, when: { value: 'x', above: 80, for: '1m' } });
    expect(given.signal.aborted).toBe(true);
    expect(host.warmUp.warming).toEqual(['hot', 'mean']);
    host.message('f/b/x', 90);
    await host.folded();
    const ends = ['hot', 'hot', 'mean', 'mean'].map((rule) => `2 ${rule} resolved rule changed`);
    expect(host.told).toEqual(['1 hot firing', '1 mean firing', '2 hot firing', '2 mean firing', ...ends]);
    expectReplayed(host);
  });

  test('an edit back to what runs needs nothing', async () => {
    const host = new Host();
    host.changeAtOnce(mean(80));
    host.message('f/a/x', 90);
    host.change(mean(80, { when: { max: 'x', over: '1h', above: 95 } }));
    const { signal } = await host.asked();
    host.change(mean(80));
    expect(host.warmUp.warming).toEqual([]);
    expect(signal.aborted).toBe(true);
    expect(host.told).toEqual(['1 mean firing']);
    expectReplayed(host);
  });

  test('a rule whose past cannot be folded begins without it', async () => {
    const host = new Host();
    host.message('f/a/x', 90);
    host.change(mean(80));
    const { reject } = await host.asked();
    reject(new Error('a chunk is damaged'));
    await settled();
    expect(host.failed).toEqual(['mean: a chunk is damaged']);
    expect(host.warmUp.warming).toEqual([]);
    host.message('f/a/x', 90);
    expect(host.told).toEqual(['2 mean firing']);
    expectReplayed(host);
  });

  test('where much came in the past is folded on from where it was', async () => {
    const host = new Host();
    host.change(mean(80));
    const { input, resolve } = await host.asked();
    const past = pastOf(input, [], host.seq);
    for (let i = 0; i < 30_000; i++) host.message('f/a/x', 90);
    resolve(past);
    const second = await host.asked();
    expect(second.input.after).toEqual(past);
    second.resolve(pastOf(second.input, host.records, host.seq));
    for (let turns = 0; turns < 5; turns++) await settled();
    expect(host.told).toEqual(['30000 mean firing']);
    expectReplayed(host);
  });

  test('when records are lost it begins anew', async () => {
    const host = new Host();
    host.change(mean(80));
    const { signal } = await host.asked();
    host.warmUp.again();
    expect(signal.aborted).toBe(true);
    expect(host.warmUp.warming).toEqual(['mean']);
    await host.folded([measured('f/a/x', 90, START - 1_000)]);
    expect(host.told).toEqual(['0 mean firing']);
  });
});
