import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { Engine, Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import { ACROSS_SERIES_MAX } from '../../rules/signals/across-node.js';
import type { Clock } from '../clock.js';
import { HISTORY_FILE } from '../history/history-database.js';
import type { EngineClock } from '../intake/engine-clock.js';
import { EngineTimer } from '../intake/engine-timer.js';
import { Intake } from '../intake/intake.js';
import { OffsetWatch } from '../intake/offset-watch.js';
import { Redeliveries } from '../intake/redeliveries.js';
import { SilenceWatch } from '../intake/silence-watch.js';
import { TopicTable } from '../intake/topic-table.js';
import type { JobDesk } from '../jobs/job-desk.js';
import type { Jobs } from '../jobs/job-list.js';
import { planOfFiles } from '../replay/held-rules.js';
import type { Configuration } from '../site/configuration.js';
import type { Ledger, Recovery } from '../storage/ledger.js';
import type { InForce } from '../warm-up/warm-up.js';
import { ConnectionWatch } from './connection-watch.js';
import { every } from './every.js';
import { FunctionWatch } from './function-watch.js';
import { InputSilence } from './input-silence.js';
import { LimitWatch } from './limit-watch.js';
import type { Log } from './log.js';
import { discrepancies, mayDiffer, NO_DISCREPANCIES } from './lost-records.js';
import { Pipeline } from './pipeline.js';
import type { Publication } from './publication.js';
import { type IntakeMemory, recover } from './recover.js';
import { rejectionText } from './rejection-text.js';
import { SnapshotTaker } from './snapshot-taker.js';
import { startWarmUp } from './start-warm-up.js';
import type { StopStack } from './stop-stack.js';
import type { SystemReporter } from './system-reporter.js';

export interface EvaluationOptions {
  readonly configuration: Configuration;
  /** The files in force that say what is evaluated, and what they say. */
  readonly files: readonly SourceFile[];
  readonly plan: Plan;
  readonly dataFolder: string;
  readonly jobs: Pick<JobDesk<Jobs>, 'run'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly recovery: Recovery;
  readonly counters: RejectionCounters;
  readonly stack: StopStack;
  readonly engineClock: EngineClock;
  readonly system: SystemReporter;
  readonly publication: Publication;
}

/** Unacknowledged messages that one client, or one broker, may have under way. */
const WINDOW = 1_024;

const SNAPSHOT_MS = 10 * 60_000;
/** How often it is looked whether there is much that no snapshot holds. */
const TAIL_LOOK_MS = 1_000;
/** After a restart that had more to work off, the next has not. */
const RECOVERED_RECORDS_MAX = 10_000;
/** After a kill, time that nothing recorded counts as not seen: this bounds it. */
const TICK_MS = 10_000;
/** How often it is looked whether something has fallen silent or is left out. */
const LOOK_MS = 10_000;

/** Everything between the intake and the ledger, running. */
export interface Evaluation {
  readonly engine: Engine;
  readonly engineClock: EngineClock;
  readonly pipeline: Pipeline;
  readonly intake: Intake;
  readonly topics: TopicTable;
  readonly system: SystemReporter;
  readonly silence: InputSilence;
  readonly connections: ConnectionWatch;
  /** What is in force; its rules switched off or not. */
  readonly plan: Plan;
  /** Other files from now on, and what they say. */
  replan(plan: Plan, files: readonly SourceFile[]): Promise<void>;
  /** What does not run yet as the files say: rules by id, views and models as `view:id` and `model:id`. */
  readonly warming: readonly string[];
  /** Other settings from now on. */
  configure(configuration: Configuration): void;
  /** The journal before now cannot be relied on: from here on it can. */
  resynchronise(): void;
}

/** Brings the rules to where they were, and lets time pass for them; what is accepted from here on is evaluated. */
export async function startEvaluating(options: EvaluationOptions): Promise<Evaluation> {
  const { configuration, files, plan, clock, engineClock, log, ledger, recovery, counters, system, stack } =
    options;
  const { limits, payloads, connections: configured } = configuration;
  const names = configured.map(({ name }) => name);
  const redeliveries = new Redeliveries({
    sessions: limits.connections,
    messagesMax: WINDOW,
  });
  const topics = new TopicTable({
    ...plan,
    payloads,
    kept: configuration.history.topics,
    seriesMax: limits.series,
  });
  const intake = new Intake({
    topics,
    connections: new Set(names),
    payloadBytesMax: limits.payloadBytes,
    maxSkewMs: configuration.maxSkewMs,
    maxBackfillMs: configuration.maxBackfillMs,
    counters,
    onFirstRejection: (rejection) => log.warn(rejectionText(rejection)),
    onBack: (entry) => silence.back(entry),
  });
  const memory: IntakeMemory = { intake, topics, redeliveries };
  const recovered = await recover(recovery, memory);
  for (const problem of recovered.problems) log.error(problem);
  const { engine } = recovered;

  const lost = mayDiffer({ ...recovery, problems: [...recovery.problems, ...recovered.problems] })
    ? discrepancies(engine, idsOf(recovered.files), recovery.episodes, Math.floor(clock.wall()))
    : NO_DISCREPANCIES;

  const timer = new EngineTimer({ clock, engineClock }, () => pipeline.advance());
  const offsets = new OffsetWatch({ clock, engineClock }, (offset) => {
    const message = `the clock was set, it is now ${offset} ms from where the program's own stands`;
    void pipeline.setOffset(offset);
    system.tell({ id: 'clock-step', labels: {}, message });
  });
  const pipeline = new Pipeline({
    engine,
    engineClock,
    offset: offsets.offset,
    redeliveries,
    intake,
    ledger,
    publication: options.publication,
    counters,
    wakeAt: (deadline) => timer.watch(deadline),
    soon: setImmediate,
  });
  system.begin(pipeline, recovery.episodes);
  const connections: ConnectionWatch = new ConnectionWatch({
    names,
    clock,
    pipeline,
    system,
    onUp: () => watch.listensAgain(engineClock.now()),
  });
  const watch = new SilenceWatch(topics, (name) => connections.isDown(name), engineClock.now());
  const silence = new InputSilence({ watch, topics, pipeline, system, soon: setImmediate });
  const left = new LimitWatch({
    limits: [
      {
        id: 'series',
        count: () => counters.totalOf('series'),
        message: `topics are left out: there are more series than ${limits.series} (limits.series)`,
      },
      {
        id: 'instances',
        count: () => engine.counters.refusedInstances,
        message: 'machines are not watched: a rule has more instances than its `maxInstances`',
      },
      {
        id: 'across',
        count: () => engine.counters.wideAcross,
        message: `an \`across\` is unknown: its input has more than ${ACROSS_SERIES_MAX} series`,
      },
    ],
    system,
    now: () => clock.monotonic(),
  });
  const functions = new FunctionWatch({ failed: () => engine.failedFunctions, system });
  const snapshots = new SnapshotTaker({
    engine,
    offset: () => pipeline.offset,
    memory,
    ledger,
    now: () => clock.monotonic(),
    soon: setImmediate,
  });

  // From here on everything is recorded. What happened while the program did not run comes first.
  if (recovery.lastTime !== Number.NEGATIVE_INFINITY) void pipeline.gap(recovery.lastTime);
  void pipeline.setOffset(offsets.offset);
  let target: InForce = { plan, files };
  let current = configuration;
  const isChanged = !isSame(recovered.files, files);
  const running = isChanged ? { plan: planOfFiles(recovered.files), files: recovered.files } : target;
  const warmUp = startWarmUp({ ...options, running, pipeline, configuration: () => current });
  stack.push(() => warmUp.stop());
  // At the very first start there is no past, and nothing must wait for it.
  const hasPast = recovered.files.length > 0 || existsSync(join(options.dataFolder, HISTORY_FILE));
  if (isChanged) void (hasPast ? warmUp.change(target) : warmUp.changeAtOnce(target));
  // The disk may be full again: then they are kept in memory, as all that cannot be stored.
  for (const command of lost.forgets) pipeline.command(command).catch(() => undefined);
  for (const end of lost.ends) void pipeline.system(end);
  connections.start();
  // One that is killed again and again would never come to the next by the clock. It listens first.
  if (recovered.records >= RECOVERED_RECORDS_MAX) {
    const first = clock.schedule(TAIL_LOOK_MS, () => void snapshots.take().catch(() => undefined));
    stack.push(() => first.cancel());
  }

  stack.push(() => snapshots.take().catch(() => undefined));
  stack.push(() => pipeline.tick());
  stack.push(() => timer.stop());
  stack.push(() => connections.stop());
  offsets.start();
  stack.push(() => offsets.stop());
  stack.push(every(clock, SNAPSHOT_MS, () => void snapshots.take().catch(() => undefined)));
  stack.push(every(clock, TAIL_LOOK_MS, () => snapshots.keepTailShort()));
  stack.push(
    every(clock, LOOK_MS, () => {
      silence.look(engineClock.now());
      left.look();
      functions.look();
    }),
  );
  stack.push(
    every(clock, TICK_MS, () => {
      if (engineClock.now() - pipeline.recordedAt >= TICK_MS) pipeline.tick();
    }),
  );
  return {
    engine,
    engineClock,
    pipeline,
    intake,
    topics,
    system,
    silence,
    connections,
    get plan() {
      return target.plan;
    },
    get warming() {
      return warmUp.warming;
    },
    configure(next) {
      current = next;
    },
    replan(next, nextFiles) {
      target = { plan: next, files: nextFiles };
      return warmUp.change(target);
    },
    resynchronise() {
      warmUp.again();
      void snapshots.take().catch(() => undefined);
    },
  };
}

function idsOf(files: readonly SourceFile[]): string[] {
  return planOfFiles(files).rules.map(({ id }) => id);
}

function isSame(a: readonly SourceFile[], b: readonly SourceFile[]): boolean {
  return a.length === b.length && a.every(({ path, text }, i) => b[i]?.path === path && b[i]?.text === text);
}
