import type { EngineCounters } from '../engine.js';

/** What the engine counts. Not part of its state: it decides nothing. */
export class EngineCounts implements EngineCounters {
  messages = 0;
  readings = 0;
  late = 0;
  readonly rejected: EngineCounters['rejected'] = { kind: 0, nonFinite: 0, tooLarge: 0, null: 0 };
  refusedInstances = 0;
  wideAcross = 0;
  instances = 0;

  reject(reason: keyof EngineCounters['rejected']): void {
    this.rejected[reason]++;
  }
}
