import { join } from 'node:path';
import { type ControlClient, connectControl, NoAnswer } from '../control/control-client.js';
import { ControlError } from '../control/control-error.js';
import { HistoryUnreadable } from '../history/stored-history.js';
import { SIMULATION_FOLDER } from '../simulation/simulated-configuration.js';
import { dataFolderOf } from '../site/data-folder.js';
import { loadSiteOrEmptied } from '../site/emptied-site.js';
import type { Site } from '../site/load-site.js';
import { openStateReader, type StateReader, StateUnreadable } from '../storage/state-reader.js';
import { CannotRun, type Io } from './command.js';
import { commandFor } from './pages/page-options.js';

/** A site whose service is asked, or whose files are looked into without one. */
export interface SiteState {
  readonly site: Site;
  readonly dataFolder: string;
  /** For the times that people read. */
  readonly timezone: string;
}

/** @throws {SiteNotFound} */
export async function siteState(folder: string): Promise<SiteState> {
  const site = await loadSiteOrEmptied(folder);
  const timezone = site.configuration?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { site, dataFolder: dataFolderOf(site.files), timezone };
}

/**
 * Asks the running service, or reads what is stored, and says so on stderr. `stored` is `null` where nothing was stored
 * yet.
 *
 * @throws {CannotRun} the service does not answer, or what is stored cannot be read
 */
export async function askOrRead<T>(
  { dataFolder }: SiteState,
  io: Io,
  how: {
    readonly ask: (service: ControlClient) => Promise<T>;
    readonly read: (stored: StateReader | null) => Promise<T>;
  },
): Promise<T> {
  const service = await orCannotRun(() => connectSite(dataFolder, io));
  if (service !== null) return orCannotRun(() => how.ask(service));
  io.stderr.write('(not running)\n');
  return orCannotRun(() => reading(dataFolder, how.read));
}

/** Lets something be read of what is stored, with or without a service. */
export async function reading<T>(
  dataFolder: string,
  read: (stored: StateReader | null) => Promise<T>,
): Promise<T> {
  const stored = openStateReader(dataFolder);
  try {
    return await read(stored);
  } finally {
    stored?.close();
  }
}

/**
 * Asks the running service.
 *
 * @throws {CannotRun} there is none, or it does not answer
 */
export async function askService<T>(
  { site, dataFolder }: SiteState,
  io: Io,
  ask: (service: ControlClient) => Promise<T>,
): Promise<T> {
  const service = await orCannotRun(() => connectSite(dataFolder, io));
  if (service !== null) return orCannotRun(() => ask(service));
  const start = commandFor(io, 'start', site.folder);
  throw new CannotRun(`the service of ${site.folder} is not running: start it with \`${start}\``);
}

/** The service of a site; or its simulation, which is said. `null`: neither runs. */
async function connectSite(dataFolder: string, io: Io): Promise<ControlClient | null> {
  const service = await connectControl(dataFolder);
  if (service !== null) return service;
  const simulation = await connectControl(join(dataFolder, SIMULATION_FOLDER));
  if (simulation !== null) io.stderr.write('(simulation)\n');
  return simulation;
}

export async function orCannotRun<T>(doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    const isExpected =
      error instanceof NoAnswer ||
      error instanceof ControlError ||
      error instanceof StateUnreadable ||
      error instanceof HistoryUnreadable;
    throw isExpected ? new CannotRun(error.message, { cause: error }) : error;
  }
}
