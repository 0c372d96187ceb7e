import { z } from 'zod';
import { editorSchema, type JsonSchema, jsonSchemaOf } from './editor-schema.js';
import type { ModelKindFormat } from './model-format.js';
import { slotSchemas } from './slot-schemas.js';
import { modelShape } from './supply-shape.js';

/** The JSON Schema (draft 2020-12) of model files, for editors: for each kind the keys that all have and its own. */
export function modelFileJsonSchema(
  kinds: readonly Pick<ModelKindFormat, 'name' | 'settings'>[],
): JsonSchema {
  const shapes = kinds.map(({ name, settings }) =>
    modelShape.extend({
      ...settings.shape,
      kind: z.literal(name).meta({ description: modelShape.shape.kind.description ?? '' }),
      $schema: z.string().optional(),
    }),
  );
  return editorSchema('Tocsin models', { anyOf: shapes.map(jsonSchemaOf), $defs: { ...slotSchemas() } });
}
