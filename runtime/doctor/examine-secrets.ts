import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fetchSecret, MissingSecret, type SecretReference } from '../site/secret.js';
import { secretsIn } from '../site/secrets-in.js';
import type { Check, Examined } from './examination.js';
import { type Finding, failure, ok, warning } from './finding.js';

/** Rights of the group and of all others. */
const FOR_OTHERS = 0o077;

/** Where systemd puts what it hands over to a service (`LoadCredential=`). */
const HANDED_OVER = '/run/credentials/';

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
    if (reference.kind === 'file' && reference.path.startsWith(HANDED_OVER)) {
      const message = `${reference.path} is there only while the service runs, and for it`;
      return warning('secrets', message, 'Is it where LoadCredential= of the unit says?');
    }
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
