import { RuleEngine } from './engine/rule-engine.js';
import type { Engine, Plan } from './engine.js';

/**
 * An engine that has seen nothing yet. The rules must come from the file format (`loadRules`), which checks them.
 *
 * @param start its time, from which instances count that are there from the start; else the first message's, or, where
 *   time has passed already, that of the first `replan`
 */
export function createEngine(plan: Plan, start?: number): Engine {
  const engine = new RuleEngine(plan);
  if (start !== undefined) engine.start(start);
  return engine;
}
