import { resolve } from 'node:path';
import type { EmbeddedBroker } from '../../firmware-bridge/embedded-broker.js';
import { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { Clock } from '../clock.js';
import { listenControl, NoControlSocket } from '../control/control-socket.js';
import { HistoryClient } from '../history/history-client.js';
import { historySettings } from '../history/history-settings.js';
import { EngineClock } from '../intake/engine-clock.js';
import { JobDesk } from '../jobs/job-desk.js';
import { runJob } from '../jobs/run-job.js';
import { modelKindsFor } from '../models/model-kinds.js';
import { citedArtefacts, shelveStored, unstored } from '../models/shelve-artefacts.js';
import { type EffectiveSite, effectiveSite, siteInForce } from '../reload/effective-site.js';
import { foundFiles } from '../reload/found-files.js';
import { LastGoodFiles } from '../reload/last-good-files.js';
import { SiteWatch } from '../reload/site-watch.js';
import { spanText } from '../replay/story/span-text.js';
import { formatTime } from '../replay/time-text.js';
import type { Configuration } from '../site/configuration.js';
import type { SiteFiles } from '../site/site-files.js';
import type { Ledger, Recovery } from '../storage/ledger.js';
import { type OpenedLedger, openLedger } from '../storage/open-ledger.js';
import type { Store } from '../storage/store.js';
import { addressOf } from './address-of.js';
import type { AlertLines } from './alert-lines.js';
import { buildReceivers } from './build-receivers.js';
import { CannotStart } from './cannot-start.js';
import { DataFolderWatch } from './data-folder-watch.js';
import { type Delivering, startDelivering } from './delivering.js';
import { type Evaluation, startEvaluating } from './evaluation.js';
import { every } from './every.js';
import { loadEmbeddedBroker } from './listen.js';
import { startListening } from './listening.js';
import type { Log } from './log.js';
import { Publication } from './publication.js';
import { Secrets } from './secrets.js';
import { ServiceTarget } from './service-target.js';
import { SiteChanges } from './site-changes.js';
import { startTraining } from './start-training.js';
import { StopStack } from './stop-stack.js';
import { SystemReporter } from './system-reporter.js';

export interface ServiceOptions {
  /** The site's. */
  readonly folder: string;
  /** As it was read. */
  readonly configuration: Configuration;
  /** Makes what is run of what was read, now and after each change; as it is by default. */
  readonly adjust?: (configuration: Configuration) => Configuration;
  /** As they were read. */
  readonly files: SiteFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly clock: Clock;
  /** From 0 to below 1; spreads what would otherwise happen everywhere at once. */
  readonly random: () => number;
  readonly log: Log;
  readonly alertLines: Pick<AlertLines, 'show'>;
  /** Where everything is kept, not opened yet; started with the service by default. */
  readonly store?: Store;
}

/** The running service: listening, evaluating, delivering. */
export interface Service {
  /** `127.0.0.1:1883`; `null`: there is no embedded broker. */
  readonly mqtt: string | null;
  /** Takes nothing more in, lets attempts to deliver that are under way end, and stops; within 2 s. */
  stop(): Promise<void>;
}

/**
 * Builds and starts everything, in the order in which things need each other; stops it in reverse. If a part cannot
 * start, those before it are stopped again.
 *
 * @throws {CannotStart} a secret is missing, a port taken, the data folder in use
 */
export async function startService(given: ServiceOptions): Promise<Service> {
  const { configuration: started, adjust = (as) => as, log } = given;
  const configuration = adjust(started);
  const options = { ...given, configuration, adjust, started };
  const secrets = new Secrets(options);
  const receivers = buildReceivers({ ...options, secrets });
  const passwords = configuration.connections.map(({ name, password }) =>
    password === null ? null : secrets.fetch(`mqtt.connections (${name}).password`, password).reveal(),
  );
  if (secrets.problems.length > 0) throw new CannotStart(secrets.problems.join('\n'));

  const stack = new StopStack();
  try {
    const system = new SystemReporter(() => Math.floor(options.clock.wall()));
    let evaluation: Evaluation | null = null;
    const onResynchronise = () => evaluation?.resynchronise();
    const opening = openData(options, { system, stack, onResynchronise });
    // While its thread starts, and the disk is waited for. If it cannot be loaded, listening says so.
    if (configuration.embedded !== null) loadEmbeddedBroker().catch(() => undefined);
    const { ledger, recovery, queries, lastGood } = await opening;
    await modelKindsFor([...recovery.files, ...options.files.plan]);
    shelveStored(recovery.artefacts);
    const site = siteAtStart(options, recovery);
    // Before the first plan that cites them.
    lastGood.change(unstored(citedArtefacts(site.planFiles), recovery.artefacts));
    const engineClock = new EngineClock(options.clock, recovery.lastTime);
    const counters = new RejectionCounters();
    const jobs = new JobDesk(runJob);
    stack.push(() => jobs.stop());
    const { plan, planFiles: files } = site;
    const parts = {
      ...options,
      plan,
      rules: plan.rules,
      dataFolder: resolve(options.folder, configuration.dataFolder),
      files,
      ledger,
      lastGood,
      recovery,
      engineClock,
      system,
      counters,
      jobs,
      stack,
    };
    const delivering = startDelivering({ ...parts, receivers });
    evaluation = await startEvaluating({ ...parts, publication: publicationOf(options, delivering) });
    delivering.givenUp.start();
    for (const problem of recovery.problems) log.error(problem);
    const history = startHistory({ ...parts, evaluation });
    const listening = await startListening({ ...parts, passwords, evaluation, delivering });
    const { broker } = listening;
    tellStart(recovery, { system, engineClock });
    endDegradation(system, ledger);
    const folderWatch = new DataFolderWatch(parts.dataFolder, system);
    stack.push(every(options.clock, DATA_FOLDER_LOOK_MS, () => void folderWatch.look()));
    const { changes, watch } = startWatching({
      ...parts,
      options,
      site,
      evaluation,
      delivering,
      broker,
      history,
    });
    const training = startTraining({ ...parts, configuration, queries, changes, watch });
    stack.push(() => training?.stop());
    await startAnswering(
      new ServiceTarget({ ...parts, queries, history, evaluation, delivering, listening, changes, watch }),
      { options, stack },
    );
    return { mqtt: broker === null ? null : addressOf(broker), stop: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

interface DataParts {
  readonly system: SystemReporter;
  readonly onResynchronise: () => void;
  readonly stack: StopStack;
}

/** How often it is looked whether somebody has removed the database. */
const DATA_FOLDER_LOOK_MS = 5_000;

const RECOVERED = 'the disk takes what is to be stored again';
const STORAGE_DEGRADED = { id: 'storage-degraded', labels: {} } as const;

async function openData(
  options: ServiceOptions,
  { system, stack, onResynchronise }: DataParts,
): Promise<OpenedLedger & { lastGood: LastGoodFiles }> {
  const { folder, configuration, clock, log } = options;
  let lastGood: LastGoodFiles | null = null;
  const opened = await openLedger({
    folder: resolve(folder, configuration.dataFolder),
    durability: configuration.durability,
    clock,
    store: options.store,
    onDegraded: (reason) => {
      const message = `nothing can be stored: ${reason}; rules go on, QoS 1 is not acknowledged`;
      log.error(message);
      system.raise({ ...STORAGE_DEGRADED, message });
    },
    onRecovered: () => {
      log.info(RECOVERED);
      system.resolve({ ...STORAGE_DEGRADED, message: RECOVERED });
      lastGood?.store();
    },
    onResynchronise,
    onProblem: (text) => log.warn(text),
  });
  stack.push(() => opened.ledger.close());
  lastGood = new LastGoodFiles(opened.ledger);
  return { ...opened, lastGood };
}

/** It was killed while it could store nothing, and now it can: nobody else says so. */
function endDegradation(system: SystemReporter, ledger: Ledger): void {
  if (!system.alerts.isOpen(STORAGE_DEGRADED.id, STORAGE_DEGRADED.labels)) return;
  const end = () => system.resolve({ ...STORAGE_DEGRADED, message: RECOVERED });
  ledger.stored().then(end, () => undefined); // if it cannot, the ledger says when it can
}

/** The files as they are in the folder, and in the place of those with errors what they said before. */
function siteAtStart({ files, clock }: ServiceOptions, { files: lastGood }: Recovery): EffectiveSite {
  return effectiveSite(siteInForce(lastGood), foundFiles(files), {
    started: null,
    check: () => [], // the secrets were fetched already
    now: clock.monotonic(),
  });
}

function publicationOf({ clock, alertLines }: ServiceOptions, delivering: Delivering): Publication {
  const { notifier, desk, levels } = delivering;
  return new Publication({
    clock,
    notifier,
    show: (event) => alertLines.show(event),
    send: (deliveries, isStored) => desk.send(deliveries, isStored),
    showLevels: (changed) => levels.show(changed),
  });
}

interface HistoryParts extends Pick<ServiceOptions, 'folder' | 'configuration' | 'clock' | 'log'> {
  readonly ledger: Ledger;
  readonly evaluation: Evaluation;
  readonly stack: StopStack;
}

/** What comes in is kept, in a thread that begins with the first message. */
function startHistory({
  folder,
  configuration,
  clock,
  log,
  ledger,
  evaluation,
  stack,
}: HistoryParts): HistoryClient {
  const history = new HistoryClient({
    folder: resolve(folder, configuration.dataFolder),
    settings: historySettings(configuration),
    clock,
    messages: () => evaluation.engine.counters.messages,
    onReleased: (row) => ledger.released(row),
    onProblem: (text) => log.warn(text),
  });
  history.start();
  stack.push(() => history.stop());
  return history;
}

interface WatchingParts {
  /** `started`: the configuration at the start, as it was read. */
  readonly options: ServiceOptions & Required<Pick<ServiceOptions, 'adjust'>> & { started: Configuration };
  readonly site: EffectiveSite;
  readonly evaluation: Evaluation;
  readonly delivering: Delivering;
  readonly broker: EmbeddedBroker | null;
  readonly history: HistoryClient;
  readonly lastGood: LastGoodFiles;
  readonly stack: StopStack;
}

/** From here on what people change in the folder is taken up. */
function startWatching(parts: WatchingParts): { changes: SiteChanges; watch: SiteWatch } {
  const { options, site, evaluation, delivering, broker, history, lastGood, stack } = parts;
  const { folder, configuration, adjust, started, clock, log } = options;
  const built = (next: Configuration) => {
    const secrets = new Secrets(options);
    return { receivers: buildReceivers({ ...options, configuration: next, secrets }), secrets };
  };
  const receiversOf = (next: Configuration) => built(next).receivers;
  const adjusted = (next: EffectiveSite): EffectiveSite =>
    next.configuration === null ? next : { ...next, configuration: adjust(next.configuration) };
  const changes = new SiteChanges(
    { evaluation, delivering, broker, history, lastGood, log, receiversOf },
    { site, configuration },
  );
  changes.report(site);
  lastGood.change(site.changes);
  const watch = new SiteWatch({
    folder,
    clock,
    started,
    inForce: site.inForce,
    onChange: (next) => changes.apply(adjusted(next)),
    check: (next) => built(adjust(next)).secrets.problems,
    onFault: (error) => log.error(`changed files could not be taken up: ${String(error)}`),
  });
  watch.start();
  stack.push(() => watch.stop());
  return { changes, watch };
}

/** How often it is looked whether somebody has removed the control socket. */
const RENEW_SOCKET_MS = 2_000;

/** Opens the control socket. Without one the service does its work all the same. */
async function startAnswering(
  target: ServiceTarget,
  { options, stack }: { options: ServiceOptions; stack: StopStack },
): Promise<void> {
  const { folder, configuration, clock, log } = options;
  const onFault = (error: unknown) => log.error(`a command could not be answered: ${String(error)}`);
  try {
    const dataFolder = resolve(folder, configuration.dataFolder);
    const socket = await listenControl({ dataFolder, target, clock, onFault });
    stack.push(() => socket.stop());
    // What cannot be made now is tried again.
    stack.push(every(clock, RENEW_SOCKET_MS, () => void socket.renew().catch(() => undefined)));
  } catch (error) {
    if (!(error instanceof NoControlSocket)) throw error;
    log.warn(`commands cannot reach this service: ${error.message}`);
  }
}

/** People hear of a start that nobody asked for: after a kill or a power cut. */
function tellStart(
  { stop, lastTime }: Recovery,
  { system, engineClock }: { system: SystemReporter; engineClock: EngineClock },
): void {
  if (stop !== 'unclean' || lastTime === Number.NEGATIVE_INFINITY) return;
  const since = formatTime(lastTime);
  const span = spanText(engineClock.now() - lastTime);
  const message = `started after it had been killed, or the power had gone: nothing was seen for ${span}, since ${since}`;
  system.tell({ id: 'started', labels: {}, message });
}
