import { RuleEngine } from './engine/rule-engine.js';
import type { Engine, Plan } from './engine.js';

/** An engine that has seen nothing yet. The rules must come from the file format (`loadRules`), which checks them. */
export function createEngine(plan: Plan): Engine {
  return new RuleEngine(plan);
}
