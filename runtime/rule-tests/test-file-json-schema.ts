import { editorSchema, type JsonSchema, jsonSchemaOf } from '../../rules/format/editor-schema.js';
import { testFileShape } from './test-shape.js';

/** The JSON Schema of files with rule tests, for editors, from the declaration that the program checks by. */
export function testFileJsonSchema(): JsonSchema {
  return editorSchema('Tocsin rule tests', jsonSchemaOf(testFileShape));
}
