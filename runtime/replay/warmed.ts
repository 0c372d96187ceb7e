import { inflateRawSync } from 'node:zlib';
import { createEngine } from '../../rules/create-engine.js';
import { partOf } from '../../rules/engine/plan-split.js';
import type { Engine, Plan } from '../../rules/engine.js';
import type { Warmed } from '../storage/journal-record.js';
import { foldRecord } from './fold-record.js';
import { parseJournalLine } from './parse-journal-line.js';

/**
 * The engine beside the one that runs, whose rules a plan record takes over with what they have seen of the past: its
 * saved state, and what came in since.
 *
 * @param plan that of the record
 * @throws {Error} its state cannot be read
 */
export function warmedEngine(plan: Plan, { units, state, tail }: Warmed): Engine {
  const engine = engineBeside(plan, units);
  engine.load({ version: 1, data: inflateRawSync(state) });
  for (const line of tail) foldLine(engine, line);
  return engine;
}

/** One that runs only these rules of a plan, and has seen nothing. */
export function engineBeside(plan: Plan, units: readonly string[]): Engine {
  return createEngine(partOf(plan, new Set(units)));
}

/** What its rules raise is of the past. @param line of an exported journal */
export function foldLine(engine: Engine, line: string): void {
  const entry = parseJournalLine(line);
  const isRecord =
    typeof entry !== 'string' &&
    entry.kind !== 'head' &&
    entry.kind !== 'artefact' &&
    entry.kind !== 'snapshot';
  if (!isRecord) throw new Error(`what came in while rules were warmed up cannot be read: ${line}`);
  foldRecord(engine, entry);
}
