import type { JsonSchema } from '../../rules/format/editor-schema.js';
import { modelFileJsonSchema } from '../../rules/format/model-file-json-schema.js';
import { ruleFileJsonSchema } from '../../rules/format/rule-file-json-schema.js';
import { viewFileJsonSchema } from '../../rules/format/view-file-json-schema.js';
import { ALL_KINDS } from '../models/all-kinds.js';
import { testFileJsonSchema } from '../rule-tests/test-file-json-schema.js';
import { configurationJsonSchema } from '../site/configuration-json-schema.js';

/** The folder of schemas, in a site and in the package. */
export const SCHEMAS_FOLDER = 'schemas';

export interface SchemaFile {
  /** `rules.schema.json` */
  readonly name: string;
  readonly text: string;
}

/** A JSON Schema for each kind of file that people write. */
export function siteSchemas(): readonly SchemaFile[] {
  return [
    schemaFile('tocsin.schema.json', configurationJsonSchema()),
    schemaFile('rules.schema.json', ruleFileJsonSchema()),
    schemaFile('views.schema.json', viewFileJsonSchema()),
    schemaFile('models.schema.json', modelFileJsonSchema(ALL_KINDS)),
    schemaFile('tests.schema.json', testFileJsonSchema()),
  ];
}

function schemaFile(name: string, schema: JsonSchema): SchemaFile {
  return { name, text: `${JSON.stringify(schema, null, 1)}\n` };
}
