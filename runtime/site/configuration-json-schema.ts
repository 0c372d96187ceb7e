import { editorSchema, type JsonSchema, jsonSchemaOf } from '../../rules/format/editor-schema.js';
import { configurationShape } from './configuration-shape.js';

/**
 * The JSON Schema of `tocsin.json`, for editors, from the declaration that the program checks by. What only several keys
 * together show (two channels of one receiver, a route to nobody) it does not check.
 */
export function configurationJsonSchema(): JsonSchema {
  return editorSchema('Tocsin configuration', jsonSchemaOf(configurationShape));
}
