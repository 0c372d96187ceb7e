import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { createEngine } from '../../rules/create-engine.js';
import { partOf } from '../../rules/engine/plan-split.js';
import type { Engine } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Message } from '../../rules/reading.js';
import type { TimeRange } from '../history/history-reader.js';
import type { HistorySettings } from '../history/history-settings.js';
import { mergedMessages } from '../history/merged-messages.js';
import type { OpenSeries } from '../history/open-series.js';
import { StoredHistory } from '../history/stored-history.js';
import { foldRecord } from '../replay/fold-record.js';
import { type Grace, graceOf } from '../replay/grace-of.js';
import { planOfFiles } from '../replay/held-rules.js';
import { timeOf } from '../storage/journal-record.js';
import { PastInputs } from './past-inputs.js';
import { type PlacedRecord, pastJournal } from './past-journal.js';

export interface PastInput {
  readonly dataFolder: string;
  readonly history: HistorySettings;
  /** Of the configuration's payloads. */
  readonly graces: readonly Grace[];
  /** Those of the plan, and what the models among them have learnt. */
  readonly files: readonly SourceFile[];
  readonly artefacts: readonly SourceFile[];
  /** Of the plan: rules by id, views and models as `view:id` and `model:id`. */
  readonly units: readonly string[];
  /** From which engine time on. */
  readonly from: number;
  /** So many readings of history are looked at, to the hour: the newest. */
  readonly readingsMax: number;
  /** Where an earlier round has come to; `null`: this is the first. */
  readonly after: Past | null;
}

/** Where rules stand that have seen the past. */
export interface Past {
  /** The state of an engine that runs only these rules, deflated. */
  readonly state: Uint8Array;
  /** The number of the last record of the journal that it has seen; 0: none. */
  readonly seq: number;
  /** Messages that it has seen. */
  readonly messages: number;
}

const HOUR_MS = 3_600_000;

/** So many messages are between two reports. */
const REPORT_MESSAGES = 10_000;

/**
 * Brings some rules to where they would be had they run all the time: first by the readings that history has kept, as if
 * each had arrived when it was measured, then by the journal, as far back as that goes.
 *
 * @param report told now and then up to which engine time
 * @throws {Error} something in between is damaged
 */
export function foldPast(input: PastInput, report: (time: number) => void = () => undefined): Past {
  const plan = planOfFiles(input.files);
  const part = partOf(plan, new Set(input.units));
  const folding = new Folding(createEngine(part), new PastInputs(part), report);
  if (input.after === null) foldAll(input, folding);
  else folding.goOn(input.after, input.dataFolder);
  return folding.past();
}

function foldAll(input: PastInput, folding: Folding): void {
  const { dataFolder, history: settings, graces } = input;
  const journal = pastJournal(dataFolder, { kind: 'from', time: input.from });
  const { early, time } = boundary(journal);
  const history = StoredHistory.open(dataFolder, settings);
  try {
    const series = history
      .series(folding.inputs.patterns)
      .filter(({ topic, field }) => folding.inputs.fieldsOf(topic).includes(field));
    const range = { from: input.from, to: Math.min(time - 1, Number.MAX_SAFE_INTEGER) };
    const from = affordableFrom(history, series, { range, readingsMax: input.readingsMax });
    const graceMsOf = graceOf(graces);
    folding.offset(history.offsets.at(from));
    for (const message of mergedMessages(history, series, { from, to: range.to })) {
      folding.offset(history.offsets.at(message.time));
      folding.message({ ...message, arrival: message.time, grace: graceMsOf(message.topic) });
    }
    const keptTopics = new Set(series.map(({ topic }) => topic));
    const isKept = ({ record }: PlacedRecord): boolean =>
      record.kind === 'message' &&
      record.message.retain !== true &&
      record.message.time < time &&
      keptTopics.has(record.message.topic);
    for (const placed of early) folding.record(placed, isKept(placed));
    for (const placed of journal) folding.record(placed, isKept(placed));
  } finally {
    journal.return(undefined);
    history.close();
  }
}

/** From when on there are no more readings than are wanted. */
function affordableFrom(
  history: StoredHistory,
  series: readonly OpenSeries[],
  { range, readingsMax }: { readonly range: TimeRange; readonly readingsMax: number },
): number {
  const hours = new Map<number, number>();
  for (const one of series) {
    for (const { start, count } of history.rollups(one, range, HOUR_MS))
      hours.set(start, (hours.get(start) ?? 0) + count);
  }
  let readings = 0;
  for (const [start, count] of [...hours].sort(([a], [b]) => b - a)) {
    readings += count;
    if (readings > readingsMax) return Math.max(range.from, start + HOUR_MS);
  }
  return range.from;
}

interface Boundary {
  /** Read to find it. */
  readonly early: readonly PlacedRecord[];
  /** What was measured before this engine time is in history; what came from it on is in the journal. */
  readonly time: number;
}

/** In the instant of the first record others may have come before it: it is not where the journal begins. */
function boundary(journal: Generator<PlacedRecord>): Boundary {
  const early: PlacedRecord[] = [];
  let first = Number.POSITIVE_INFINITY;
  for (let next = journal.next(); next.done !== true; next = journal.next()) {
    const time = timeOf(next.value.record);
    early.push(next.value);
    if (time > first) return { early, time };
    first = time;
  }
  return { early, time: Number.POSITIVE_INFINITY };
}

/** An engine on its way through the past. */
class Folding {
  readonly inputs: PastInputs;
  readonly #engine: Engine;
  readonly #report: (time: number) => void;
  #seq = 0;
  #messages = 0;
  #offset = 0;

  constructor(engine: Engine, inputs: PastInputs, report: (time: number) => void) {
    this.#engine = engine;
    this.inputs = inputs;
    this.#report = report;
  }

  /** From where an earlier round has come to. */
  goOn({ state, seq, messages }: Past, dataFolder: string): void {
    this.#engine.load({ version: 1, data: inflateRawSync(state) });
    this.#seq = seq;
    this.#messages = messages;
    for (const placed of pastJournal(dataFolder, { kind: 'after', seq })) this.record(placed, false);
  }

  offset(offset: number): void {
    if (offset !== this.#offset) this.#engine.offset(offset);
    this.#offset = offset;
  }

  message(message: Message): void {
    this.#engine.message(message);
    this.#messages += 1;
    if (this.#messages % REPORT_MESSAGES === 0) this.#report(this.#engine.time);
  }

  /** @param isSeen it was taken from history */
  record({ seq, record }: PlacedRecord, isSeen: boolean): void {
    this.#seq = seq;
    if (isSeen || !this.inputs.concerns(record)) return;
    if (record.kind === 'message') this.message(record.message);
    else foldRecord(this.#engine, record);
  }

  past(): Past {
    const state = deflateRawSync(this.#engine.save().data, { level: 1 });
    return { state, seq: this.#seq, messages: this.#messages };
  }
}
