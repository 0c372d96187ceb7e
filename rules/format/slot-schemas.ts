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
import { type JsonSchema, jsonSchemaOf } from './editor-schema.js';
import {
  ACROSS_FUNCTIONS,
  AGGREGATE_NAMES,
  AGGREGATE_TRAITS,
  type FunctionOption,
} from './function-names.js';
import { activeShape, inputShapes, levelsShape, NAME } from './rule-shape.js';
import type { SlotKind } from './slot.js';

/** What stands in each kind of slot. */
export function slotSchemas(): Record<Exclude<SlotKind, 'rules' | 'views'>, JsonSchema> {
  const oneOrTwo = { type: 'array', items: ref('operand') } as const;
  const literals: JsonSchema[] = [{ type: 'number' }, { type: 'string' }, { type: 'boolean' }];
  return {
    inputs: { type: 'object', additionalProperties: ref('input'), propertyNames: names(), minProperties: 1 },
    input: { anyOf: [{ type: 'string' }, ...Object.values(inputShapes).map(jsonSchemaOf)] },
    lets: { type: 'object', additionalProperties: ref('signal'), propertyNames: names() },
    emit: { type: 'object', additionalProperties: ref('signal'), propertyNames: names(), minProperties: 1 },
    when: { anyOf: [ref('condition'), jsonSchemaOf(levelsShape)] },
    active: {
      anyOf: [jsonSchemaOf(activeShape), { type: 'array', items: jsonSchemaOf(activeShape), minItems: 1 }],
    },
    signal: { anyOf: [{ type: 'string' }, ...signalObjects({})] },
    condition: { anyOf: [{ type: 'string' }, ...conditionObjects(), ...signalObjects(COMPARED)] },
    conditions: { type: 'array', items: ref('condition'), minItems: 1 },
    operand: { anyOf: [...literals, ...signalObjects({})] },
    operands: { ...oneOrTwo, minItems: 1 },
    range: { ...oneOrTwo, minItems: 2, maxItems: 2 },
    where: jsonSchemaOf(whereShape),
  };
}

const COMPARED = { ...comparisonShape.shape, ...modifiersShape.shape };

/** The objects that are signals, each with these keys added. */
function signalObjects(added: z.core.$ZodShape): JsonSchema[] {
  const options: FunctionOption[] = ['none', 'per', 'ahead', 'limit'];
  return [
    ...Object.values(signalShapes).map((shape) => jsonSchemaOf(shape.extend(added))),
    ...options.map((option) => aggregateObject(option, added)),
    withSubjects(jsonSchemaOf(acrossShape.extend(added)), ACROSS_FUNCTIONS),
  ];
}

function aggregateObject(option: FunctionOption, added: z.core.$ZodShape): JsonSchema {
  const functions = [...AGGREGATE_NAMES].filter(
    ([, found]) => AGGREGATE_TRAITS[found.function].option === option,
  );
  return withSubjects(
    jsonSchemaOf(aggregateShapes[option].extend(added)),
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
    jsonSchemaOf(z.strictObject({ ...modifiersShape.shape, ...shape.shape })),
  );
}

function names(): JsonSchema {
  return { pattern: NAME.source };
}

function ref(kind: SlotKind): JsonSchema {
  return { $ref: `#/$defs/${kind}` };
}
