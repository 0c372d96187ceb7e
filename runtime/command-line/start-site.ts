import { systemClock } from '../clock.js';
import { CannotStart } from '../service/cannot-start.js';
import { createLog } from '../service/log.js';
import { type Service, type ServiceOptions, startService } from '../service/service.js';
import type { Configuration } from '../site/configuration.js';
import type { Site } from '../site/load-site.js';
import { CannotRun, type Io, SiteHasErrors } from './command.js';
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
  { alertLines, adjust }: Pick<ServiceOptions, 'alertLines' | 'adjust'>,
): Promise<Service> {
  const { folder, rules } = site;
  const configuration = configurationOf(site);
  const { timezone } = configuration;
  const log = createLog({ ...configuration.log, stream: io.stderr, clock: systemClock, timezone });
  try {
    const service = await startService({
      folder,
      configuration,
      ...(adjust === undefined ? {} : { adjust }),
      files: site.files,
      env: io.env,
      version: programVersion(),
      clock: systemClock,
      random: Math.random,
      log,
      alertLines,
    });
    if (rules.length === 0) log.warn(`there are no rules: rule files belong into ${folder}/rules/`);
    return { ...service, stop: () => service.stop().finally(() => log.close()) };
  } catch (error) {
    log.close();
    throw error instanceof CannotStart ? new CannotRun(error.message, { cause: error }) : error;
  }
}

/** @throws {SiteHasErrors} it could not be read */
export function configurationOf({ configuration }: Site): Configuration {
  if (configuration === null) throw new SiteHasErrors('tocsin.json has errors');
  return configuration;
}
