import { z } from 'zod';
import { editorSchema, type JsonSchema, jsonSchemaOf } from './editor-schema.js';
import { ruleFileShape, ruleShape } from './rule-shape.js';
import { slotSchemas } from './slot-schemas.js';

/**
 * The JSON Schema (draft 2020-12) of rule files, for editors. It comes from the same declarations that `loadRules`
 * checks by; what only names and other rules show (and that a signal or condition has exactly one subject) it does
 * not check.
 */
export function ruleFileJsonSchema(): JsonSchema {
  const single = ruleShape.extend({ $schema: z.string().optional() });
  return editorSchema('Tocsin rules', {
    anyOf: [jsonSchemaOf(single), jsonSchemaOf(ruleFileShape)],
    $defs: {
      rule: jsonSchemaOf(ruleShape),
      rules: { type: 'array', items: { $ref: '#/$defs/rule' } },
      ...slotSchemas(),
    },
  });
}
