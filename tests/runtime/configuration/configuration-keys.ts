import { z } from 'zod';
import { configurationShape } from '../../../runtime/site/configuration-shape.js';

/** One key of `tocsin.json` as the documentation lists it. */
export interface ConfigurationKey {
  /** From the root: `mqtt.connections[].url`, `receivers.NAME.email.to`. */
  readonly key: string;
  /** In Markdown; `–`: there is none, the key may be left out; `required`. */
  readonly default: string;
  readonly description: string;
  readonly isSecret: boolean;
  readonly isBuilt: boolean;
}

/** Every key, in the order of the declaration. */
export function configurationKeys(): ConfigurationKey[] {
  return keysIn(configurationShape, '');
}

function keysIn(schema: z.core.$ZodType, path: string): ConfigurationKey[] {
  const { core, meta } = unwrap(schema);
  // Where a secret is kept is said once for all of them.
  if (meta['isSecret'] === true) return [];
  const { def } = core._zod;
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([key, value]) => {
        const at = path === '' ? key : `${path}.${key}`;
        return [...describe(value, at), ...keysIn(value, at)];
      });
    case 'array':
      return keysIn(def.element, `${path}[]`);
    case 'record':
      return keysIn(def.valueType, `${path}.NAME`);
    default:
      return [];
  }
}

/** Nothing for an object that only holds further keys. */
function describe(schema: z.core.$ZodType, key: string): ConfigurationKey[] {
  const { meta, isOptional, fallback } = unwrap(schema);
  const description = meta['description'];
  if (typeof description !== 'string') return [];
  const { defaultText } = meta;
  const shown =
    typeof defaultText === 'string'
      ? defaultText
      : fallback !== undefined
        ? `\`${JSON.stringify(fallback)}\``
        : isOptional
          ? '–'
          : 'required';
  return [
    {
      key,
      default: shown,
      description,
      isSecret: meta['isSecret'] === true,
      isBuilt: meta['isBuilt'] !== false,
    },
  ];
}

interface Unwrapped {
  readonly core: z.core.$ZodTypes;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly isOptional: boolean;
  readonly fallback: unknown;
}

/** What `optional`, `prefault` and transforms were put around, and what all of them say together. */
function unwrap(schema: z.core.$ZodType): Unwrapped {
  let meta: Record<string, unknown> = {};
  let isOptional = false;
  let fallback: unknown;
  // Every schema is one of those that zod exports; its base type just does not say so.
  let core = schema as z.core.$ZodTypes;
  for (;;) {
    meta = { ...z.globalRegistry.get(core), ...meta };
    const { def } = core._zod;
    if (def.type === 'optional') isOptional = true;
    if (def.type === 'prefault') fallback = def.defaultValue;
    const inner = innerOf(def);
    if (inner === null) return { core, meta, isOptional, fallback };
    core = inner as z.core.$ZodTypes;
  }
}

function innerOf(def: z.core.$ZodTypes['_zod']['def']): z.core.$ZodType | null {
  if (def.type === 'optional' || def.type === 'prefault') return def.innerType;
  return def.type === 'pipe' ? def.in : null;
}
