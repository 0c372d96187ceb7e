import { join, resolve } from 'node:path';
import type { Clock } from '../clock.js';
import { connectControl, NoAnswer } from '../control/control-client.js';
import { SIMULATION_FOLDER } from '../simulation/simulated-configuration.js';
import type { Configuration } from '../site/configuration.js';
import type { Site } from '../site/load-site.js';
import { examineBrokers } from './examine-brokers.js';
import { examineClock } from './examine-clock.js';
import { examineFolders } from './examine-folders.js';
import { examineMailServer } from './examine-mail-server.js';
import { examineNode, examineOpenFiles } from './examine-node.js';
import { examinePort } from './examine-port.js';
import { examineSecrets } from './examine-secrets.js';
import { examineSchemas, examineSite } from './examine-site.js';
import { examineWebhooks } from './examine-webhooks.js';
import { type Finding, failure, ok } from './finding.js';

export interface ExaminationOptions {
  readonly site: Site;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** No check takes longer. */
  readonly limitMs: number;
}

/** What a check looks at. */
export interface Examined {
  readonly site: Site;
  /** Without one that can be read: all defaults, as far as they need none. */
  readonly configuration: Configuration;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** The process id of the service that runs on this site; `null`: none runs. */
  readonly runningPid: number | null;
}

/** Looks at one thing, or at all of its kind. Ends early, and closes what it opened, when `signal` is given. */
export type Check = (examined: Examined, signal: AbortSignal) => Promise<readonly Finding[]>;

/** Of what is needed in any case first, then what talks to others. Each by what it is about, should it not end in time. */
const ON_THIS_COMPUTER: readonly (readonly [about: string, check: Check])[] = [
  ['node', examineNode],
  ['clock', examineClock],
  ['data', examineFolders],
  ['files', examineOpenFiles],
  ['secrets', examineSecrets],
  ['port', examinePort],
  ['schemas', examineSchemas],
];

const ELSEWHERE: readonly (readonly [about: string, check: Check])[] = [
  ['mqtt', examineBrokers],
  ['smtp', examineMailServer],
  ['webhook', examineWebhooks],
];

/**
 * Looks at everything that a site needs to run, at all of it at once, and says what is missing. Nothing is sent to anybody
 * but what it takes to log in; nothing is left behind.
 */
export async function examine(options: ExaminationOptions): Promise<readonly Finding[]> {
  const { site, env, clock } = options;
  const { configuration } = site;
  const siteFindings = examineSite(site);
  // What a configuration with errors says cannot be tried.
  if (configuration === null) return siteFindings;
  const service = await runningService(site.folder, configuration);
  const examined = { site, configuration, env, clock, runningPid: service.pid };
  const found = await Promise.all(
    [...ON_THIS_COMPUTER, ...ELSEWHERE].map(([about, check]) => limited(about, check, examined, options)),
  );
  return [...siteFindings, ...service.findings, ...found.flat()];
}

interface RunningService {
  readonly pid: number | null;
  readonly findings: readonly Finding[];
}

async function runningService(folder: string, configuration: Configuration): Promise<RunningService> {
  try {
    const data = resolve(folder, configuration.dataFolder);
    const service = await connectControl(data);
    const found = service ?? (await connectControl(join(data, SIMULATION_FOLDER)));
    if (found === null) return { pid: null, findings: [ok('service', 'does not run')] };
    const { pid, version, ready } = await found.status();
    const runs = `${service === null ? 'its simulation runs' : 'runs'}${ready ? '' : ', and begins'}`;
    return { pid, findings: [ok('service', `${runs}: pid ${pid}, version ${version}`)] };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return {
      pid: null,
      findings: [failure('service', `runs, but ${error.message}`, 'Stop it and start it again.')],
    };
  }
}

/** After its limit a check has so long to say what it was waiting for. */
const LAST_WORDS_MS = 400;

async function limited(
  about: string,
  check: Check,
  examined: Examined,
  { clock, limitMs }: ExaminationOptions,
): Promise<readonly Finding[]> {
  const limit = new AbortController();
  const softTimer = clock.schedule(limitMs - LAST_WORDS_MS, () => limit.abort());
  let expire: (found: readonly Finding[]) => void = () => undefined;
  const expired = new Promise<readonly Finding[]>((settle) => {
    expire = settle;
  });
  const hardTimer = clock.schedule(limitMs, () => expire([tooLong(about, limitMs)]));
  try {
    return await Promise.race([check(examined, limit.signal), expired]);
  } finally {
    softTimer.cancel();
    hardTimer.cancel();
  }
}

function tooLong(about: string, limitMs: number): Finding {
  return failure(
    about,
    `no answer within ${limitMs / 1000} s`,
    'Look at the load of this computer and its disk.',
  );
}
