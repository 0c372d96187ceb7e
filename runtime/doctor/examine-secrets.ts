import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Configuration } from '../site/configuration.js';
import { fetchSecret, MissingSecret, type SecretReference } from '../site/secret.js';
import type { Check, Examined } from './examination.js';
import { type Finding, failure, ok, warning } from './finding.js';

/** Rights of the group and of all others. */
const FOR_OTHERS = 0o077;

/** Whether every secret is where the configuration says, and is one. What it is nobody sees. */
export const examineSecrets: Check = async (examined) => {
  const references = secretsIn(examined.configuration);
  const findings = await Promise.all([...references.values()].map((one) => examineSecret(one, examined)));
  const problems = findings.filter(({ verdict }) => verdict !== 'ok');
  if (references.size === 0 || problems.length > 0) return problems;
  return [ok('secrets', `all ${references.size === 1 ? 'one is' : `${references.size} are`} there`)];
};

async function examineSecret(reference: SecretReference, { site, env }: Examined): Promise<Finding> {
  const { folder } = site;
  try {
    fetchSecret(reference, { folder, env });
  } catch (error) {
    if (!(error instanceof MissingSecret)) throw error;
    const advice =
      reference.kind === 'environment'
        ? `Set it where tocsin is started: export ${reference.name}=…`
        : 'Write the secret into it, readable by the user that runs tocsin.';
    return failure('secrets', error.message, advice);
  }
  if (reference.kind === 'file' && ((await stat(resolve(folder, reference.path))).mode & FOR_OTHERS) !== 0) {
    const message = `others on this computer may read ${reference.path}`;
    return warning('secrets', message, `chmod 600 ${reference.path}`);
  }
  return ok('secrets', 'is there');
}

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
