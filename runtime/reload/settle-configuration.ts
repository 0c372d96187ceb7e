import { Document, type SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import { type Configuration, loadConfiguration } from '../site/configuration.js';
import type { FoundFile } from './found-files.js';

export interface SettledConfiguration {
  /** What counts; `null`: there is no file and never was one. */
  readonly file: SourceFile | null;
  /** What it says; `null`: it has errors, and there was none that had not. */
  readonly configuration: Configuration | null;
  /** Of the file as it is in the folder. */
  readonly errors: readonly Issue[];
}

/** What keeps a configuration from being run that is right in itself: secrets that are not there. */
export type CheckConfiguration = (configuration: Configuration) => readonly string[];

export const CONFIGURATION_FILE = 'tocsin.json';

/**
 * Which `tocsin.json` counts from now on: the one in the folder, if it is right. One with errors, and one that has gone,
 * is replaced by what it said before: receivers are not forgotten by a slip of the hand.
 */
export function settleConfiguration(
  before: SourceFile | null,
  found: FoundFile | null,
  check: CheckConfiguration,
): SettledConfiguration {
  if (found === null) return { ...lastGood(before), errors: [] };
  if (found.kind === 'unreadable') return otherwise(before, [found.issue]);
  const file = { path: found.path, text: found.text };
  const { configuration, issues } = loadConfiguration(file);
  if (configuration === null) return otherwise(before, errorsAmong(issues));
  const problems = file.text === before?.text ? [] : check(configuration);
  if (problems.length > 0) return otherwise(before, secretIssues(file, problems));
  return { file, configuration, errors: [] };
}

function errorsAmong(issues: readonly Issue[]): Issue[] {
  return issues.filter(({ severity }) => severity === 'error');
}

/** A problem begins with its key: `receivers.scada.webhook.secret: the environment variable HOOK_SECRET is not set`. */
function secretIssues(file: SourceFile, problems: readonly string[]): Issue[] {
  const document = new Document(file);
  for (const problem of problems) {
    const [key = ''] = problem.split(':');
    const code = key.endsWith('.webhook.format') ? 'invalid-value' : 'missing-secret';
    document.report(document.at(key.split('.')), { code, message: `${problem}.` });
  }
  return errorsAmong(document.issues);
}

function otherwise(before: SourceFile | null, errors: readonly Issue[]): SettledConfiguration {
  return before === null ? { file: null, configuration: null, errors } : { ...lastGood(before), errors };
}

/** Without a file everything has its default. */
function lastGood(file: SourceFile | null): Pick<SettledConfiguration, 'file' | 'configuration'> {
  return { file, configuration: loadConfiguration(file).configuration };
}

/** Keys whose change waits for a restart, each with the parts of the configuration that come from it. */
const FIXED = {
  gateway: ['gateway'],
  data: ['dataFolder'],
  mqtt: ['embedded', 'connections'],
} as const satisfies Record<string, readonly (keyof Configuration)[]>;

export type FixedKey = keyof typeof FIXED;

/** Keys of which a service that was started with one configuration cannot take up what the other says. */
export function keysForRestart(started: Configuration, next: Configuration): FixedKey[] {
  const keys: readonly FixedKey[] = ['gateway', 'data', 'mqtt'];
  return keys.filter((key) =>
    FIXED[key].some((part) => JSON.stringify(started[part]) !== JSON.stringify(next[part])),
  );
}

/** The next configuration as far as a service takes it up that was started with another. */
export function withoutRestart(started: Configuration, next: Configuration): Configuration {
  const { gateway, dataFolder, embedded, connections } = started;
  return { ...next, gateway, dataFolder, embedded, connections };
}

/** Says at each key that it waits for a restart. */
export function restartIssues(file: SourceFile | null, keys: readonly FixedKey[]): Issue[] {
  if (file === null) return [];
  const document = new Document(file);
  for (const key of keys) {
    document.report(document.at([key]), {
      code: 'needs-restart',
      severity: 'warning',
      message: `The change of \`${key}\` takes effect at the next start.`,
      hint: 'Restart the service.',
    });
  }
  return document.issues.filter(({ code }) => code === 'needs-restart');
}
