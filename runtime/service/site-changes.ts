import type { EmbeddedBroker } from '../../firmware-bridge/embedded-broker.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { FileView } from '../control/control-views.js';
import type { Receiver } from '../delivery/receiver.js';
import type { HistoryClient } from '../history/history-client.js';
import { historySettings } from '../history/history-settings.js';
import { ACTIVATION_FILE } from '../models/activation.js';
import { citedArtefacts, keepCited, unstored } from '../models/shelve-artefacts.js';
import type { EffectiveSite } from '../reload/effective-site.js';
import type { LastGoodFiles } from '../reload/last-good-files.js';
import type { Configuration } from '../site/configuration.js';
import { isPlanPath } from '../site/plan-files.js';
import type { Delivering } from './delivering.js';
import type { Evaluation } from './evaluation.js';
import { brokerLimits } from './listening.js';
import type { Log } from './log.js';

export interface SiteChangesOptions {
  readonly evaluation: Evaluation;
  readonly delivering: Delivering;
  readonly broker: EmbeddedBroker | null;
  readonly history: HistoryClient;
  readonly lastGood: LastGoodFiles;
  readonly log: Log;
  /** With their secrets; what is wrong was found before. */
  readonly receiversOf: (configuration: Configuration) => readonly Receiver[];
}

/** Takes up what people change in the files of the site while the service runs. */
export class SiteChanges {
  readonly #options: SiteChangesOptions;
  /** What the parts were last told. */
  #site: EffectiveSite;
  #configuration: Configuration;
  /** What is stored of what models have learnt. */
  #artefacts: readonly SourceFile[];

  constructor(options: SiteChangesOptions, started: { site: EffectiveSite; configuration: Configuration }) {
    this.#options = options;
    this.#site = started.site;
    this.#configuration = started.configuration;
    this.#artefacts = citedArtefacts(started.site.planFiles);
  }

  /** What counts now. */
  get site(): EffectiveSite {
    return this.#site;
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  /** How the files of the site stand. */
  get views(): readonly FileView[] {
    return this.#site.views;
  }

  /** At once, whatever the disk does. */
  apply(site: EffectiveSite): void {
    const configuration = site.configuration ?? this.#configuration;
    const paths = site.changes.map(({ path }) => path);
    const isReplanned = paths.some((path) => path !== 'tocsin.json');
    const isReconfigured = paths.includes('tocsin.json');
    this.#site = site;
    this.#configuration = configuration;
    if (isReplanned) this.#replan(site);
    // What models have learnt changes neither what is read nor who is told.
    if (paths.some((path) => path !== ACTIVATION_FILE)) this.#configure(site, configuration);
    if (paths.length > 0) this.#logChange(site);
    if (isReconfigured) this.#reconfigure(configuration);
    this.report(site);
    this.#options.lastGood.change(site.changes);
  }

  /** What a plan cites is stored before it. */
  #replan({ plan, planFiles }: EffectiveSite): void {
    const { evaluation, lastGood } = this.#options;
    lastGood.change(unstored(citedArtefacts(planFiles), this.#artefacts));
    this.#artefacts = citedArtefacts(planFiles);
    keepCited(planFiles);
    void evaluation.replan(plan, planFiles);
  }

  /** Tells people of files with errors, and that they are mended. */
  report({ views, isMissingAll }: EffectiveSite): void {
    const { system } = this.#options.evaluation;
    for (const { file, errors } of views) {
      const first = errors.find(({ severity }) => severity === 'error');
      const alert = { id: 'file-invalid', labels: { file } } as const;
      if (first === undefined) system.resolve({ ...alert, message: `${file} has no errors any more` });
      else system.raise({ ...alert, message: `${file}:${first.line}:${first.column}: ${first.message}` });
    }
    const present = new Set(views.map(({ file }) => file));
    for (const labels of system.alerts.openOf('file-invalid')) {
      if (!present.has(labels['file'] ?? ''))
        system.resolve({ id: 'file-invalid', labels, message: `${labels['file']} is gone` });
    }
    const missing = { id: 'rules-missing', labels: {} } as const;
    if (isMissingAll)
      system.raise({
        ...missing,
        message: 'all rule files are gone; the rules go on as they were. Put the files back',
      });
    else if (views.some(isThere)) system.resolve({ ...missing, message: 'there are rule files again' });
  }

  #logChange({ plan, changes }: EffectiveSite): void {
    const enabled = plan.rules.filter((rule) => rule.enabled).length;
    this.#options.log.info(
      `${changes.map(({ path }) => path).join(', ')} changed; ${enabled} ${enabled === 1 ? 'rule' : 'rules'} in force`,
    );
  }

  #configure({ plan }: EffectiveSite, configuration: Configuration): void {
    const { rules } = plan;
    const { evaluation, delivering } = this.#options;
    const { payloads, limits, history } = configuration;
    evaluation.topics.configure({ ...plan, payloads, kept: history.topics, seriesMax: limits.series });
    evaluation.silence.rulesChanged();
    delivering.notifier.configure({ rules, configuration });
  }

  #reconfigure(configuration: Configuration): void {
    const { evaluation, delivering, broker, receiversOf } = this.#options;
    const { limits, maxSkewMs, maxBackfillMs } = configuration;
    evaluation.intake.configure({ payloadBytesMax: limits.payloadBytes, maxSkewMs, maxBackfillMs });
    evaluation.configure(configuration);
    broker?.configure(brokerLimits(configuration));
    this.#options.history.configure(historySettings(configuration));
    delivering.desk.replaceReceivers(receiversOf(configuration), limits.outbox);
    for (const labels of evaluation.system.alerts.openOf('receiver-failing')) {
      const { receiver = '' } = labels;
      if (delivering.desk.receivers.includes(receiver)) continue;
      evaluation.system.resolve({
        id: 'receiver-failing',
        labels,
        message: `${receiver} is no receiver any more`,
      });
    }
  }
}

/** A file of rules, or of what they are made of, that has not gone. */
function isThere({ file, state }: FileView): boolean {
  return state !== 'missing' && isPlanPath(file);
}
