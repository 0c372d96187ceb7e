import type { AlertEvent } from '../../rules/alert-event.js';
import type { Engine, InstanceSummary } from '../../rules/engine.js';
import type { Rule } from '../../rules/rule.js';
import type { ControlClient } from '../control/control-client.js';
import type { InstanceView } from '../control/control-target.js';
import type { DeliveryView, ExplanationView } from '../control/control-views.js';
import { deliveryView } from '../control/delivery-view.js';
import { explanationView } from '../control/explanation-view.js';
import { mutingAlerts } from '../control/muting-alerts.js';
import { modelKindsFor } from '../models/model-kinds.js';
import { shelveStored } from '../models/shelve-artefacts.js';
import { allFiles } from '../replay/held-rules.js';
import { JournalReplay } from '../replay/journal-replay.js';
import { OpenAlerts } from '../replay/open-alerts.js';
import { startReplay } from '../replay/replay.js';
import type { Site } from '../site/load-site.js';
import type { StateReader } from '../storage/state-reader.js';
import { CannotRun, type Io } from './command.js';
import { hasLabels, type NamedInstance, noSuchRule } from './label-arguments.js';
import { ProblemLog } from './problem-log.js';
import { Progress } from './progress.js';
import { playJournal } from './run-journal-replay.js';
import { inputName, type MessageSource } from './run-replay.js';
import { chooseRules } from './site-rules.js';
import { askOrRead, orCannotRun, reading, siteState } from './site-state.js';
import { WouldBeTold } from './would-be-told.js';

/** The instances that were asked for, and when. */
export interface WantedExplanation extends NamedInstance {
  /** The folder. */
  readonly site: string;
  /** Epoch ms; `null`: as late as can be. */
  readonly at: number | null;
}

export interface Explained {
  /** Those that fire first. */
  readonly explanations: readonly ExplanationView[];
  /** More instances that have the labels. */
  readonly others: readonly InstanceView[];
  readonly timezone: string;
}

/** So many fit a screen or two. */
const EXPLAINED_MAX = 5;
/** Looked through for when an alert began. */
const EVENTS_MAX = 1_000;
const TOLD_MAX = 100;

/** What the running service sees now; without one, what was stored last. */
export async function explainLive(wanted: WantedExplanation, io: Io): Promise<Explained> {
  const state = await siteState(wanted.site);
  const ids = state.site.rules.map(({ id }) => id);
  return askOrRead(state, io, {
    ask: async (service) => ({ ...(await byService(service, wanted, ids)), timezone: state.timezone }),
    read: async () => explainStored(wanted, io),
  });
}

async function byService(
  service: ControlClient,
  { rule, labels }: NamedInstance,
  ids: readonly string[],
): Promise<Omit<Explained, 'timezone'>> {
  const instances = await service.instances(rule);
  if (instances === null) throw noSuchRule(rule, ids);
  const { chosen, others } = choose(instances, labels);
  const explanations = await Promise.all(chosen.map((instance) => service.explain(rule, instance.labels)));
  return { explanations: explanations.filter((one) => one !== null), others };
}

/** What is seen in the journal that the service keeps. */
export async function explainStored(wanted: WantedExplanation, io: Io): Promise<Explained> {
  const { dataFolder, timezone } = await siteState(wanted.site);
  return orCannotRun(() =>
    reading(dataFolder, async (stored) => {
      if (stored === null) throw new CannotRun(`nothing is stored in ${dataFolder} yet`);
      const journal = new ExplainedJournal(wanted);
      const part = stored.journal();
      shelveStored(part.artefacts);
      await modelKindsFor(allFiles(part.snapshot?.files ?? []));
      journal.replay.restore(part.snapshot);
      for (const records of part.records((text) => io.stderr.write(`${text}\n`))) {
        for (const record of records) {
          if (record.kind === 'plan') await modelKindsFor(allFiles(record.files));
          journal.replay.take(record);
        }
      }
      const { rule, at } = wanted;
      const events = stored.events({ rule, limit: EVENTS_MAX, ...(at === null ? {} : { to: at }) });
      journal.alerts.take(events.map(({ value }) => value));
      return { ...journal.explain((episode, offset) => toldIn(stored, episode, { at, offset })), timezone };
    }),
  );
}

function toldIn(
  stored: StateReader,
  episode: string,
  { at, offset }: { at: number | null; offset: number },
): DeliveryView[] {
  return stored
    .deliveries({ episode, limit: TOLD_MAX })
    .map(({ value }) => deliveryView(value, offset))
    .filter(({ createdAt }) => at === null || createdAt <= at);
}

/** What is seen in an exported journal. */
export async function explainJournal(wanted: WantedExplanation, path: string, io: Io): Promise<Explained> {
  const journal = new ExplainedJournal(wanted);
  const problems = new ProblemLog(io.stderr, inputName(path));
  await playJournal(journal.replay, path, io, { problems, take: (events) => journal.alerts.take(events) });
  problems.finish();
  return { ...journal.explain(() => []), timezone: 'UTC' };
}

/** A journal that is played to the time that was asked for. */
class ExplainedJournal {
  readonly replay: JournalReplay;
  readonly alerts = new OpenAlerts();
  readonly #wanted: WantedExplanation;
  readonly #known = new Set<string>();

  constructor(wanted: WantedExplanation) {
    this.#wanted = wanted;
    this.replay = new JournalReplay({
      until: wanted.at,
      onRules: (rules) => {
        for (const { id } of rules) this.#known.add(id);
      },
    });
  }

  explain(told: (episode: string, offset: number) => readonly DeliveryView[]): Omit<Explained, 'timezone'> {
    this.replay.finish();
    if (!this.#known.has(this.#wanted.rule)) throw noSuchRule(this.#wanted.rule, [...this.#known]);
    const { engine, offset, plan } = this.replay;
    const { alerts } = this;
    return explainIn(engine, this.#wanted, {
      offset,
      rules: plan.rules,
      alerts,
      told: (id) => told(id, offset),
    });
  }
}

/** What is seen in messages, by the rules of the site. @param source a recording, or what is kept of readings */
export async function explainMessages(
  wanted: WantedExplanation,
  site: Site,
  source: MessageSource,
  io: Io,
): Promise<Explained> {
  const { run } = chooseRules(site.plan, [wanted.rule]);
  const replay = startReplay({ ...run, ...(wanted.at === null ? {} : { until: wanted.at }) });
  const { rules } = run;
  const { configuration } = site;
  const alerts = new OpenAlerts();
  const told = configuration === null ? null : new WouldBeTold({ rules, configuration });
  const take = (events: readonly AlertEvent[]) => {
    alerts.take(events);
    for (const event of events) told?.take(event);
  };
  const problems = new ProblemLog(io.stderr, source.name);
  const progress = new Progress(io.stderr);
  try {
    for await (const messages of source.open((problem) => problems.add(problem))) {
      for (const message of messages) take(replay.message(message));
      progress.update(replay.counts.messages, replay.counts.last);
    }
  } catch (error) {
    throw source.explain(error);
  } finally {
    progress.clear();
  }
  take(replay.finish());
  problems.finish();
  told?.finish(replay.engine.time);
  const surroundings = { offset: 0, rules, alerts, told: () => [] };
  const { explanations, others } = explainIn(replay.engine, wanted, surroundings);
  return {
    explanations: explanations.map((one) =>
      one.alert === null || told === null ? one : { ...one, told: told.of(one.alert.episode) },
    ),
    others,
    timezone: configuration?.timezone ?? 'UTC',
  };
}

interface Surroundings {
  readonly offset: number;
  /** That run. */
  readonly rules: readonly Rule[];
  readonly alerts: OpenAlerts;
  readonly told: (episode: string) => readonly DeliveryView[];
}

function explainIn(
  engine: Engine,
  { rule, labels }: NamedInstance,
  { offset, rules, alerts, told }: Surroundings,
): Omit<Explained, 'timezone'> {
  const { chosen, others } = choose(engine.instances(rule), labels);
  const explanations = chosen.flatMap((instance) => {
    const explanation = engine.explain(rule, instance.labels);
    if (explanation === null) return [];
    const alert = alerts.of(rule, instance.labels);
    const deliveries = alert === null ? [] : told(alert.episode);
    const mutedBy = mutingAlerts(engine, rules, explanation);
    return [explanationView(explanation, { time: engine.time, offset, alert, mutedBy, deliveries })];
  });
  return { explanations, others };
}

const ORDER = ['firing', 'latched', 'pending', 'inactive'] as const;

function choose<T extends Pick<InstanceSummary, 'labels' | 'state'>>(
  instances: readonly T[],
  labels: Readonly<Record<string, string>>,
): { chosen: readonly T[]; others: readonly T[] } {
  const matching = instances
    .filter((instance) => hasLabels(instance, labels))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return { chosen: matching.slice(0, EXPLAINED_MAX), others: matching.slice(EXPLAINED_MAX) };
}
