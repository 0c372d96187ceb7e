import { z } from 'zod';
import {
  acrossShape,
  aggregateShapes,
  comparisonShape,
  conditionShapes,
  modifiersShape,
  signalShapes,
  whereShape,
} from './condition-shapes.js';
import {
  ACROSS_FUNCTIONS,
  AGGREGATE_NAMES,
  AGGREGATE_TRAITS,
  type FunctionOption,
} from './function-names.js';
import { activeShape, inputShapes, levelsShape, NAME, ruleFileShape, ruleShape } from './rule-shape.js';
import type { SlotKind } from './slot.js';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema (draft 2020-12) of rule files, for editors. It comes from the same declarations that `loadRules`
 * checks by; what only names and other rules show (and that a signal or condition has exactly one subject) it does
 * not check.
 */
export function ruleFileJsonSchema(): JsonSchema {
  const single = ruleShape.extend({ $schema: z.string().optional() });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tocsin rules',
    anyOf: [jsonSchema(single), jsonSchema(ruleFileShape)],
    $defs: { rule: jsonSchema(ruleShape), ...slotSchemas() },
  };
}

/** What stands in each kind of slot. */
function slotSchemas(): Record<SlotKind, JsonSchema> {
  const oneOrTwo = { type: 'array', items: ref('operand') } as const;
  const literals: JsonSchema[] = [{ type: 'number' }, { type: 'string' }, { type: 'boolean' }];
  return {
    rules: { type: 'array', items: { $ref: '#/$defs/rule' } },
    inputs: { type: 'object', additionalProperties: ref('input'), propertyNames: names(), minProperties: 1 },
    input: { anyOf: [{ type: 'string' }, ...Object.values(inputShapes).map(jsonSchema)] },
    lets: { type: 'object', additionalProperties: ref('signal'), propertyNames: names() },
    when: { anyOf: [ref('condition'), jsonSchema(levelsShape)] },
    active: {
      anyOf: [jsonSchema(activeShape), { type: 'array', items: jsonSchema(activeShape), minItems: 1 }],
    },
    signal: { anyOf: [{ type: 'string' }, ...signalObjects({})] },
    condition: { anyOf: [{ type: 'string' }, ...conditionObjects(), ...signalObjects(COMPARED)] },
    conditions: { type: 'array', items: ref('condition'), minItems: 1 },
    operand: { anyOf: [...literals, ...signalObjects({})] },
    operands: { ...oneOrTwo, minItems: 1 },
    range: { ...oneOrTwo, minItems: 2, maxItems: 2 },
    where: jsonSchema(whereShape),
  };
}

const COMPARED = { ...comparisonShape.shape, ...modifiersShape.shape };

/** The objects that are signals, each with these keys added. */
function signalObjects(added: z.core.$ZodShape): JsonSchema[] {
  const options: FunctionOption[] = ['none', 'per', 'ahead', 'limit'];
  return [
    ...Object.values(signalShapes).map((shape) => jsonSchema(shape.extend(added))),
    ...options.map((option) => aggregateObject(option, added)),
    withSubjects(jsonSchema(acrossShape.extend(added)), ACROSS_FUNCTIONS),
  ];
}

function aggregateObject(option: FunctionOption, added: z.core.$ZodShape): JsonSchema {
  const functions = [...AGGREGATE_NAMES].filter(
    ([, found]) => AGGREGATE_TRAITS[found.function].option === option,
  );
  return withSubjects(
    jsonSchema(aggregateShapes[option].extend(added)),
    functions.map(([name]) => name),
  );
}

/** An object that has one of these keys, each with a signal. */
function withSubjects(schema: JsonSchema, subjects: readonly string[]): JsonSchema {
  const own = Object.fromEntries(subjects.map((name) => [name, ref('signal')]));
  const { properties, ...rest } = schema;
  return {
    ...rest,
    properties: { ...own, ...properties },
    anyOf: subjects.map((name) => ({ required: [name] })),
  };
}

function conditionObjects(): JsonSchema[] {
  return Object.values(conditionShapes).map((shape) =>
    // A condition's own `for` or `within` goes before the modifier of that name.
    jsonSchema(z.strictObject({ ...modifiersShape.shape, ...shape.shape })),
  );
}

function names(): JsonSchema {
  return { pattern: NAME.source };
}

function ref(kind: SlotKind): JsonSchema {
  return { $ref: `#/$defs/${kind}` };
}

function jsonSchema(shape: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema: part }) => {
      const { slot } = part;
      if (typeof slot !== 'string') return;
      delete part['slot'];
      part.$ref = `#/$defs/${slot}`;
    },
  });
  return schema;
}
