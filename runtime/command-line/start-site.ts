import { systemClock } from '../clock.js';
import { CONFIGURATION_FILE } from '../reload/settle-configuration.js';
import { CannotStart } from '../service/cannot-start.js';
import { createLog } from '../service/log.js';
import { type Service, type ServiceOptions, startService } from '../service/service.js';
import { type Configuration, loadConfiguration } from '../site/configuration.js';
import { dataFolderOf } from '../site/data-folder.js';
import { isEmptied } from '../site/emptied-site.js';
import type { Site } from '../site/load-site.js';
import { StateUnreadable } from '../storage/state-reader.js';
import { CannotRun, type Io, SiteHasErrors } from './command.js';
import { reading } from './site-state.js';
import { programVersion } from './version.js';

/**
 * Starts the service of a site in this process, on the computer's clock. What it has to say goes to stderr.
 *
 * @throws {SiteHasErrors} there is no configuration to run by
 * @throws {CannotRun} a secret is missing, a port taken
 */
export async function startSite(
  site: Site,
  io: Io,
  own: Pick<ServiceOptions, 'alertLines' | 'adjust' | 'store'>,
): Promise<Service> {
  const { folder, rules } = site;
  const configuration = configurationOf(site);
  const { timezone } = configuration;
  const log = createLog({ ...configuration.log, stream: io.stderr, clock: systemClock, timezone });
  try {
    const service = await startService({
      folder,
      configuration,
      files: site.files,
      env: io.env,
      version: programVersion(),
      clock: systemClock,
      random: Math.random,
      log,
      ...own,
    });
    if (rules.length === 0 && !isEmptied(site))
      log.warn(`there are no rules: rule files belong into ${folder}/rules/`);
    return { ...service, stop: () => service.stop().finally(() => log.close()) };
  } catch (error) {
    log.close();
    throw error instanceof CannotStart ? new CannotRun(error.message, { cause: error }) : error;
  }
}

/**
 * The site with a configuration to run by: where `tocsin.json` has errors or has gone, what it said when it was last
 * right. A slip of the hand must not keep the machines unwatched after the next power cut.
 */
export async function withLastGoodConfiguration(site: Site, io: Io): Promise<Site> {
  if (site.configuration !== null && site.files.configuration !== null) return site;
  const path = CONFIGURATION_FILE;
  const text = await lastGoodText(dataFolderOf(site.files), path);
  const configuration = text === null ? null : loadConfiguration({ path, text }).configuration;
  if (configuration === null) return site;
  const what = site.configuration === null ? 'has errors' : 'is gone';
  io.stderr.write(`tocsin.json ${what}: what it said before is in force until that is mended\n`);
  return { ...site, configuration };
}

/** `null`: nothing is stored, or cannot be read; the start itself says what is wrong with the database. */
async function lastGoodText(dataFolder: string, path: string): Promise<string | null> {
  try {
    return await reading(dataFolder, async (stored) => stored?.file(path) ?? null);
  } catch (error) {
    if (error instanceof StateUnreadable) return null;
    throw error;
  }
}

/** @throws {SiteHasErrors} it could not be read */
export function configurationOf({ configuration }: Site): Configuration {
  if (configuration === null) throw new SiteHasErrors('tocsin.json has errors');
  return configuration;
}
