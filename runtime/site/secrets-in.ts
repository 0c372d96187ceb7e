import type { Configuration } from './configuration.js';
import type { SecretReference } from './secret.js';

/** Every secret that a configuration refers to, once. */
export function secretsIn(configuration: Configuration): ReadonlyMap<string, SecretReference> {
  const found = new Map<string, SecretReference>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isReference(value)) found.set(value.kind === 'file' ? value.path : `$${value.name}`, value);
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) visit(inner);
  };
  visit(configuration);
  return found;
}

function isReference(value: object): value is SecretReference {
  if (!('kind' in value)) return false;
  return (value.kind === 'environment' && 'name' in value) || (value.kind === 'file' && 'path' in value);
}
