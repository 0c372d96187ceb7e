import { z } from 'zod';
import { expectations } from './expectation.js';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Keys of ours in the description of a key, which mean nothing to an editor. */
const OWN_KEYS = ['isSecret', 'isBuilt', 'defaultText', 'slot'];
/** In these every value is a schema of its own, whatever it is called. */
const MAPS = ['properties', '$defs'];

/**
 * A JSON Schema (draft 2020-12) as it is given to editors: with what they may show, and with leave to write comments
 * and trailing commas, as our files have them (VS Code asks the schema for that).
 *
 * @param title what the file is
 * @param schema as zod makes it of our declarations; a key that is not built yet is left out, and so refused
 */
export function editorSchema(title: string, schema: JsonSchema): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...editorForm(schema),
    allowComments: true,
    allowTrailingCommas: true,
  };
}

/** The JSON Schema of one of our declarations, to be put into `editorSchema`. */
export function jsonSchemaOf(shape: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema: part, zodSchema }) => {
      const { slot, pattern } = part;
      if (typeof slot === 'string') part.$ref = `#/$defs/${slot}`;
      const expected = expectations.get(zodSchema)?.what;
      // VS Code shows this instead of the pattern.
      if (pattern !== undefined && expected !== undefined)
        part['patternErrorMessage'] = `Expected ${expected}.`;
    },
  });
  return schema;
}

function editorForm(schema: JsonSchema): JsonSchema {
  const form: JsonSchema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (OWN_KEYS.includes(key)) continue;
    form[key] = MAPS.includes(key) ? mapForm(value) : valueForm(value);
  }
  return { ...form, ...descriptionOf(schema) };
}

function mapForm(map: unknown): Record<string, JsonSchema> {
  if (!isSchema(map)) return {};
  const built = Object.entries(map).filter(([, one]) => isSchema(one) && one['isBuilt'] !== false);
  return Object.fromEntries(built.map(([name, one]) => [name, isSchema(one) ? editorForm(one) : {}]));
}

function valueForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(valueForm);
  return isSchema(value) ? editorForm(value) : value;
}

/** With the default where it is no constant. Editors show Markdown only under a key of its own. */
function descriptionOf({ description, defaultText }: JsonSchema): JsonSchema {
  if (description === undefined) return {};
  const text = typeof defaultText === 'string' ? `${description} Default: ${defaultText}.` : description;
  return text.includes('`')
    ? { description: text.replaceAll('`', ''), markdownDescription: text }
    : { description: text };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
