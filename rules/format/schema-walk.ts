import type { z } from 'zod';
import type { Path } from './document.js';
import { type Expectation, expectations } from './expectation.js';

/** The schema that a value at a path is checked by; `null` where that cannot be told: alternatives of a union have it. */
export function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | null {
  let current: z.core.$ZodType | null = schema;
  for (const [index, step] of path.entries()) {
    if (!current) return null;
    const def: z.core.$ZodTypes['_zod']['def'] = innermost(current)._zod.def;
    if (def.type === 'object') current = def.shape[String(step)] ?? def.catchall ?? null;
    else if (def.type === 'array') current = typeof step === 'number' ? def.element : null;
    else if (def.type === 'tuple') current = def.items[Number(step)] ?? def.rest;
    else if (def.type === 'record') current = def.valueType;
    else if (def.type === 'union') return schemaAmong(def.options, path.slice(index));
    else current = null;
  }
  return current;
}

function schemaAmong(options: readonly z.core.$ZodType[], path: Path): z.core.$ZodType | null {
  const [found, other] = options.map((option) => schemaAt(option, path)).filter((one) => one !== null);
  return other === undefined ? (found ?? null) : null;
}

/** The schema of the keys of a record. */
export function keySchemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | null {
  const record = schemaAt(schema, path);
  const def = record && innermost(record)._zod.def;
  return def?.type === 'record' ? def.keyType : null;
}

/** The keys of an object schema, in order of declaration; none for any other. */
export function keysOf(schema: z.core.$ZodType | null): string[] {
  if (!schema) return [];
  const { def } = innermost(schema)._zod;
  return def.type === 'object' ? Object.keys(def.shape) : [];
}

/** The keys of an object schema whose values it does not look at. */
export function opaqueKeysOf(schema: z.core.$ZodType): ReadonlySet<string> {
  const known = opaqueKeys.get(schema);
  if (known) return known;
  const keys = keysOf(schema).filter((key) => expectationOf(schemaAt(schema, [key]))?.isOpaque);
  opaqueKeys.set(schema, new Set(keys));
  return new Set(keys);
}

const opaqueKeys = new WeakMap<z.core.$ZodType, ReadonlySet<string>>();

export function alternatives(schema: z.core.$ZodType | null): readonly z.core.$ZodType[] {
  if (!schema) return [];
  const { def } = innermost(schema)._zod;
  return def.type === 'union' ? def.options : [];
}

/** The words a schema was registered with, its own or those of the schema it wraps. */
export function expectationOf(schema: z.core.$ZodType | null): Expectation | undefined {
  for (let current = schema; current; current = wrapped(current)) {
    const expectation = expectations.get(current);
    if (expectation) return expectation;
  }
  return undefined;
}

function innermost(schema: z.core.$ZodType): z.core.$ZodTypes {
  let current = schema;
  for (let inner = wrapped(current); inner; inner = wrapped(inner)) current = inner;
  // Every schema is one of those that zod exports; its base type just does not say so.
  return current as z.core.$ZodTypes;
}

/** What `optional`, `default`, a transform and the like were put around. */
function wrapped(schema: z.core.$ZodType): z.core.$ZodType | null {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return def.innerType;
    case 'lazy':
      return def.getter();
    case 'pipe':
      return def.in;
    default:
      return null;
  }
}
