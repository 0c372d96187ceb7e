import type { Plan } from '../../rules/engine.js';
import { loadRules } from '../../rules/format/load-rules.js';
import type { JsonValue } from '../../rules/reading.js';
import { functionMaker } from '../../runtime/functions/function-maker.js';
import type { RandomCase } from './random-case.js';
import { RANDOM_FUNCTION } from './random-function.js';
import type { EngineInput } from './random-inputs.js';
import { RANDOM_TABLES } from './random-tables.js';

type Source = Readonly<Record<string, JsonValue>>;

/**
 * A case in which every rule has a view beside it that gives all the rule's inputs and `let` signals under their own names.
 * What would end an instance of one and not of the other is left out.
 */
export function withViews({ rules, inputs }: RandomCase, every: string | null): ViewCase {
  // What is expected of a table makes instances of a rule that no message began.
  const begun = rules.filter((rule) => !JSON.stringify(rule).includes('"expected"'));
  const plain = begun.map(({ suppressedBy: _, forgetAfter: _f, maxInstances: _m, ...rule }) => rule);
  return { rules: plain, views: plain.map((rule) => viewOf(rule, every)), inputs: inputs.filter(isPassive) };
}

export interface ViewCase {
  readonly rules: readonly Source[];
  readonly views: readonly Source[];
  readonly inputs: readonly EngineInput[];
}

export function viewPlanOf({ rules, views }: Pick<ViewCase, 'rules' | 'views'>): Plan {
  const { plan, issues } = loadRules(
    [
      { path: 'views/random.json', text: JSON.stringify({ views }) },
      { path: 'rules/random.json', text: JSON.stringify({ rules }) },
      ...RANDOM_TABLES,
      RANDOM_FUNCTION,
    ],
    { functions: functionMaker },
  );
  if (issues.some(({ severity }) => severity === 'error'))
    throw new Error(`refused: ${JSON.stringify(issues, null, 2)}`);
  return plan;
}

export function viewCaseText({ rules, views, inputs }: ViewCase): string {
  return [JSON.stringify({ views }, null, 1), JSON.stringify({ rules }, null, 1), ...inputs.map(textOf)].join(
    '\n',
  );
}

/** Rules that read views only: the same conditions over the fields that have the names of their inputs and signals. */
export function readingViews({ rules, views, inputs }: ViewCase): ViewCase {
  const readers = rules.map((rule): Source => {
    const { let: lets, labels: _, groupBy: _g, ...rest } = rule;
    const names = [...keysOf(rule['inputs']), ...keysOf(lets)];
    const view = String(rule['id']);
    return { ...rest, inputs: Object.fromEntries(names.map((name) => [name, { view, field: name }])) };
  });
  const right = readers.filter((rule) => {
    const files = [
      { path: 'views/random.json', text: JSON.stringify({ views }) },
      { path: 'rules/random.json', text: JSON.stringify(rule) },
      ...RANDOM_TABLES,
      RANDOM_FUNCTION,
    ];
    const { issues } = loadRules(files, { functions: functionMaker });
    return issues.every(({ severity }) => severity !== 'error');
  });
  return { rules: right, views, inputs };
}

function viewOf(rule: Source, every: string | null): Source {
  const { id, inputs, groupBy, let: lets } = rule;
  const names = [...keysOf(inputs), ...keysOf(lets)];
  return {
    id: id ?? '',
    inputs: inputs ?? {},
    ...(groupBy === undefined ? {} : { groupBy }),
    ...(lets === undefined ? {} : { let: lets }),
    ...(every === null ? {} : { every }),
    emit: Object.fromEntries(names.map((name) => [name, name])),
  };
}

function isPassive({ kind }: EngineInput): boolean {
  return kind !== 'command' && kind !== 'replan';
}

function keysOf(value: JsonValue | undefined): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function textOf(input: EngineInput): string {
  return JSON.stringify(input);
}
