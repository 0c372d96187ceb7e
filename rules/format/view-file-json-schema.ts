import { z } from 'zod';
import { editorSchema, type JsonSchema, jsonSchemaOf } from './editor-schema.js';
import { slotSchemas } from './slot-schemas.js';
import { viewFileShape, viewShape } from './supply-shape.js';

/** The JSON Schema (draft 2020-12) of view files, for editors, from the declarations that they are checked by. */
export function viewFileJsonSchema(): JsonSchema {
  const single = viewShape.extend({ $schema: z.string().optional() });
  return editorSchema('Tocsin views', {
    anyOf: [jsonSchemaOf(single), jsonSchemaOf(viewFileShape)],
    $defs: {
      view: jsonSchemaOf(viewShape),
      views: { type: 'array', items: { $ref: '#/$defs/view' } },
      ...slotSchemas(),
    },
  });
}
