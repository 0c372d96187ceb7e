import fc from 'fast-check';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { Engine, Plan } from '../../rules/engine.js';
import { loadRules } from '../../rules/format/load-rules.js';
import { functionMaker } from '../../runtime/functions/function-maker.js';
import { type RandomCase, ruleFileText } from './random-case.js';
import { RANDOM_FUNCTION } from './random-function.js';
import type { EngineInput } from './random-inputs.js';
import { RANDOM_TABLES } from './random-tables.js';

const DEFAULT_SEED = 20_260_101;

/** The rules of a case as users' files are read; a rule that is refused is a fault of the generator or the loader. */
export function planOf({ rules }: RandomCase): Plan {
  const files = [{ path: 'rules/random.json', text: ruleFileText(rules) }, ...RANDOM_TABLES, RANDOM_FUNCTION];
  const loaded = loadRules(files, { functions: functionMaker });
  if (loaded.issues.some(({ severity }) => severity === 'error'))
    throw new Error(`refused: ${JSON.stringify(loaded.issues, null, 2)}`);
  return { rules: loaded.rules };
}

/** Feeds one input; the events of a refused command are none, and the refusal is `null`. `plan`: what runs at first. */
export function feed(engine: Engine, input: EngineInput, plan: Plan): readonly AlertEvent[] | null {
  switch (input.kind) {
    case 'message':
      return engine.message(input.message);
    case 'advance':
      return engine.advance(input.time);
    case 'gap':
      return engine.gap(input.from, input.to);
    case 'offset':
      return engine.offset(input.ms);
    case 'connection':
      return engine.connection(input.name, input.isUp);
    case 'silence':
      return engine.silence(input.topic, input.isSilent);
    case 'replan':
      return engine.replan(planWithout(plan, input.without));
    case 'command': {
      const result = engine.command(input.command);
      return result.kind === 'done' ? result.events : null;
    }
  }
}

export function feedAll(engine: Engine, inputs: readonly EngineInput[], plan: Plan): AlertEvent[] {
  return inputs.flatMap((input) => [...(feed(engine, input, plan) ?? [])]);
}

/** The first of them are left out of the plan, the others switched off. */
export function planWithout({ rules }: Plan, ids: readonly string[]): Plan {
  const [removed] = ids;
  const remaining = rules.filter(({ id }) => id !== removed);
  return { rules: remaining.map((rule) => (ids.includes(rule.id) ? { ...rule, enabled: false } : rule)) };
}

/** After the last input: long enough for every timer of a random rule to have fired. */
export function drained(inputs: readonly EngineInput[]): EngineInput[] {
  const times = inputs.map((input) => {
    if (input.kind === 'message') return input.message.arrival;
    if (input.kind === 'advance') return input.time;
    return input.kind === 'gap' ? input.to : 0;
  });
  return [...inputs, { kind: 'advance', time: Math.max(...times) + 600_000 }];
}

/** How many cases are tried: so many, unless `TOCSIN_RUNS` says otherwise. */
export function runsOf(runs: number): number {
  return Number(process.env['TOCSIN_RUNS'] ?? runs);
}

/** The seed of the random cases: `TOCSIN_SEED`, or the same in every run. */
export function seedOf(): number {
  return Number(process.env['TOCSIN_SEED'] ?? DEFAULT_SEED);
}

/** For a test of so many cases, in ms: many times what they take, and the shrinking of a failure. */
export function timeoutFor(runs: number): { timeout: number } {
  return { timeout: 60_000 + 500 * runsOf(runs) };
}

/**
 * Runs a property over random cases. `TOCSIN_SEED` and `TOCSIN_RUNS` take another seed and more runs.
 * On failure it throws with the seed, the smallest case as a rule file and inputs, and what went wrong.
 */
export function forAllCases<T>(
  cases: fc.Arbitrary<T>,
  { runs, textOf }: { runs: number; textOf: (one: T) => string },
  holds: (one: T) => void,
): void {
  const seed = seedOf();
  const numRuns = runsOf(runs);
  const outcome = fc.check(fc.property(cases, holds), { seed, numRuns });
  if (!outcome.failed) return;
  const [smallest] = outcome.counterexample ?? [];
  const found = smallest === undefined ? '(no case)' : textOf(smallest);
  const cause =
    outcome.errorInstance instanceof Error ? outcome.errorInstance.message : String(outcome.errorInstance);
  throw new Error(
    `seed ${outcome.seed}, run ${outcome.numRuns}, ${outcome.numShrinks} times shrunk\n${found}\n\n${cause}`,
    { cause: outcome.errorInstance },
  );
}
