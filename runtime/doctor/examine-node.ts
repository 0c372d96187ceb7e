import { z } from 'zod';
import type { Check } from './examination.js';
import { failure, ok, warning } from './finding.js';

/** The same as `engines` in package.json. */
export const NODE_MIN = [20, 19] as const;

export const examineNode: Check = async () => {
  const { node } = process.versions;
  const words = `${node}, ${process.platform} ${process.arch}`;
  if (isNewEnough(node)) return [ok('node', words)];
  return [failure('node', `${words} is too old`, `Install Node.js ${NODE_MIN.join('.')} or newer.`)];
};

/** `20.19.0` */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
}

/** What the program has open beside its clients: databases, receivers, other brokers, commands. */
const OWN_FILES = 256;

const report = z.object({
  userLimits: z.object({ open_files: z.object({ hard: z.union([z.number(), z.string()]) }) }),
});

/** Each client is an open file, and how many there may be is for the system to say. Node takes all that it may. */
export const examineOpenFiles: Check = async ({ configuration }) => {
  // `unlimited`, or a system that does not say.
  const allowed = Number(report.safeParse(processReport()).data?.userLimits.open_files.hard);
  if (!Number.isFinite(allowed)) return [];
  const clients = configuration.embedded === null ? 0 : configuration.limits.connections;
  const needed = clients + OWN_FILES;
  const words = `${allowed.toLocaleString('en-US')} may be open at once`;
  if (allowed >= needed) return [ok('files', words)];
  return [
    warning(
      'files',
      `${words}, ${clients.toLocaleString('en-US')} clients may connect (limits.connections)`,
      `Raise the limit (LimitNOFILE, ulimit -n) to ${needed}, or set limits.connections lower.`,
    ),
  ];
};

function processReport(): unknown {
  const { report: about } = process;
  // Otherwise it would ask the name server about every open connection.
  Object.assign(about, { excludeNetwork: true });
  return about.getReport();
}
