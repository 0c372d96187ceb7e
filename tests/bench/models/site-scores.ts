import { serialize } from 'node:v8';
import type { Plan } from '../../../rules/engine.js';
import type { SourceFile } from '../../../rules/format/document.js';
import type { JsonValue } from '../../../rules/reading.js';
import { modelKindsFor } from '../../../runtime/models/model-kinds.js';
import { type ScoreRow, scoringPlan } from '../../../runtime/models/score-rows.js';
import type { RecordedMessage } from '../../../runtime/replay/recorded-message.js';
import { startReplay } from '../../../runtime/replay/replay.js';
import { loadPlan } from '../../../runtime/site/load-plan.js';
import { cpuSeconds } from './cpu-seconds.js';

/** A model file as people write it: `{ kind: 'anomaly', inputs: { value: 'nab/{file}' } }`. */
export type ModelSource = Readonly<Record<string, JsonValue>>;

/** What a model said of messages. */
export interface SiteScores {
  /** One a message: what was scored in its step; null: nothing, as of late readings. */
  readonly rows: readonly (ScoreRow | null)[];
  /** Of CPU time, from messages to scores, all of the engine included. */
  readonly seconds: number;
  /** What the engine keeps for each instance of the model, scorer and features. */
  readonly stateBytes: number;
}

/** The id of the only model of a site. */
export const MODEL_ID = 'benchmark';

/** A site with one model, read as `tocsin score` reads it. */
export function siteWith(model: ModelSource): Promise<Plan> {
  return planWith([modelFile(model)]);
}

export function modelFile(model: ModelSource): SourceFile {
  return { path: `models/${MODEL_ID}.json`, text: JSON.stringify({ id: MODEL_ID, ...model }) };
}

/** What the files of a site say. Throws if something is wrong with them. */
export async function planWith(files: readonly SourceFile[]): Promise<Plan> {
  await modelKindsFor(files);
  const { plan, issues } = loadPlan(files);
  const [issue] = issues;
  if (issue !== undefined) throw new Error(`${issue.file}:${issue.line} ${issue.message}`);
  return plan;
}

/** Replays messages through the model of a site, one by one in virtual time, as `tocsin score` does. */
export function scoresOf(plan: Plan, messages: Iterable<RecordedMessage>): SiteScores {
  let scored: ScoreRow | null = null;
  const rows: (ScoreRow | null)[] = [];
  const instances = new Set<string>();
  const watched = scoringPlan(plan, MODEL_ID, (row) => {
    scored = { ...row, outputs: [...row.outputs] };
    instances.add(row.labelValues.join('\n'));
  });
  const before = cpuSeconds();
  const replay = startReplay(watched);
  for (const message of messages) {
    scored = null;
    replay.message(message);
    rows.push(scored);
  }
  const seconds = cpuSeconds() - before;
  const stateBytes = serialize(replay.engine.save()).length / Math.max(1, instances.size);
  return { rows, seconds, stateBytes };
}

/** An input for each column, out of messages that have all of a row. */
export function fieldInputs(topic: string, columns: readonly string[]): Record<string, JsonValue> {
  return Object.fromEntries(
    columns.map((column, place) => [nameOf(place), { topic, field: fieldOf(column) }]),
  );
}

/** A message with all of a row. */
export function rowMessage(
  { topic, time }: { readonly topic: string; readonly time: number },
  columns: readonly string[],
  row: readonly JsonValue[],
): RecordedMessage {
  return {
    time,
    topic,
    payload: Object.fromEntries(columns.map((column, place) => [fieldOf(column), row[place] ?? null])),
  };
}

/** Names of inputs are letters and digits. */
export function nameOf(place: number): string {
  return `c${place + 1}`;
}

/** Dots part the levels of a field. */
function fieldOf(column: string): string {
  return column.replaceAll(/\W+/g, '_');
}
