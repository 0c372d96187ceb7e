import type { AlertEvent } from '../../rules/alert-event.js';
import type { SourceFile } from '../../rules/format/document.js';
import { SEVERITIES } from '../../rules/rule.js';
import { modelKindsFor } from '../models/model-kinds.js';
import { allFiles, ownFiles } from '../replay/held-rules.js';
import type { JournalEntry } from '../replay/journal-entry.js';
import { JournalReplay } from '../replay/journal-replay.js';
import type { RecordedMessage } from '../replay/recorded-message.js';
import { startReplay } from '../replay/replay.js';
import type { Configuration } from '../site/configuration.js';
import { NoSuchTunable } from '../tuning/find-tunables.js';
import { SettingRuns, type SettingRunsOptions, TooManySettings } from '../tuning/setting-runs.js';
import { BadSweep, planOfSetting, planSweep, type SweepPlan, type SweepWish } from '../tuning/sweep-plan.js';
import { type SweepReport, sweepReportJson } from '../tuning/sweep-report.js';
import { BadValues } from '../tuning/sweep-values.js';
import { CannotRun, EXIT, type Io, UsageError } from './command.js';
import { sweepPage } from './pages/sweep-page.js';
import { ProblemLog } from './problem-log.js';
import { Progress } from './progress.js';
import { readJournal } from './run-journal-replay.js';
import { inputName, type MessageSource } from './run-replay.js';
import { styleFor } from './style.js';
import { PAGE_WIDTH } from './text-layout.js';
import { openTextFile } from './text-output.js';

export interface SweepRunOptions extends SweepWish {
  readonly until: number | null;
  /** An alarm that is over sooner is too short to be of use. */
  readonly shortMs: number;
  /** `as fits`: a page on a terminal, JSON for programs. */
  readonly form: 'story' | 'ndjson' | 'as fits';
  /** Where the JSON goes; `null`: to stdout. */
  readonly output: string | null;
  /** Who would be told; `null`: not known. */
  readonly configuration: Configuration | null;
}

/** Tries settings of the rules of a site over messages, and tells what they make of them; gives the exit code. */
export async function sweepMessages(
  files: readonly SourceFile[],
  options: SweepRunOptions,
  io: Io,
  source: MessageSource,
): Promise<number> {
  const { until, configuration } = options;
  const plan = orExplained(() => planSweep(files, options));
  const end = { payloads: configuration?.payloads ?? [], ...(until === null ? {} : { until }) };
  const written = startReplay({ ...plan.written, ...end });
  const runs = new SettingRuns<RecordedMessage>({
    ...runsOptions(plan, options),
    foldFor(running) {
      const replay = running === null ? written : startReplay({ ...running.plan, ...end });
      return { take: replay.message, finish: replay.finish };
    },
  });
  const { counts } = written;
  const problems = await play(runs, source, io, counts);
  const facts = { messages: counts.messages, from: counts.first, to: () => until ?? counts.last ?? 0 };
  await show(runs.finish(facts), options, io);
  return problems.count === 0 ? EXIT.ok : EXIT.findings;
}

async function play(
  runs: SettingRuns<RecordedMessage>,
  source: MessageSource,
  io: Io,
  counts: { readonly messages: number; readonly last: number | null },
): Promise<ProblemLog> {
  const problems = new ProblemLog(io.stderr, source.name);
  const progress = new Progress(io.stderr);
  const recording = source.open((problem) => {
    progress.clear();
    problems.add(problem);
  });
  try {
    for await (const messages of recording) {
      await runs.take(messages);
      progress.update(counts.messages, counts.last);
    }
  } catch (error) {
    throw source.explain(explained(error));
  } finally {
    progress.clear();
  }
  problems.finish();
  return problems;
}

/** Tries settings of the rules in an exported journal. */
export async function sweepJournal(journal: string, options: SweepRunOptions, io: Io): Promise<number> {
  const problems = new ProblemLog(io.stderr, inputName(journal));
  const sweep = new JournalSweep(options);
  await readJournal(journal, io, problems, async (entries, progress) => {
    for (const entry of entries) {
      if (entry.kind === 'head' || entry.kind === 'plan') await modelKindsFor(allFiles(entry.files));
    }
    await sweep.take(entries).catch((error: unknown) => {
      throw explained(error);
    });
    progress.update(sweep.counts.messages, sweep.counts.last);
  });
  problems.finish();
  const report = sweep.finish();
  if (report === null) throw new UsageError(`there are no rules in ${inputName(journal)}`);
  await show(report, options, io);
  return problems.count === 0 ? EXIT.ok : EXIT.findings;
}

const NO_COUNTS = { messages: 0, last: null };

/** Begins when the journal has said which rules there are; before, nothing can happen. */
class JournalSweep {
  readonly #options: SweepRunOptions;
  readonly #before: JournalEntry[] = [];
  #begun: { readonly runs: SettingRuns<JournalEntry>; readonly written: JournalReplay } | null = null;

  constructor(options: SweepRunOptions) {
    this.#options = options;
  }

  get counts(): { readonly messages: number; readonly last: number | null } {
    return this.#begun?.written.counts ?? NO_COUNTS;
  }

  async take(entries: readonly JournalEntry[]): Promise<void> {
    if (this.#begun !== null) return this.#begun.runs.take(entries);
    this.#before.push(...entries);
    const files = entries.flatMap((entry) =>
      (entry.kind === 'head' || entry.kind === 'plan') && entry.files.length > 0
        ? [ownFiles(entry.files)]
        : [],
    )[0];
    if (files === undefined) return;
    this.#begun = begun(files, this.#options);
    await this.#begun.runs.take(this.#before.splice(0));
  }

  /** `null`: there were no rules. */
  finish(): SweepReport | null {
    if (this.#begun === null) return null;
    const { runs, written } = this.#begun;
    const { counts, engine } = written;
    const to = () => this.#options.until ?? engine.time + written.offset;
    return runs.finish({ messages: counts.messages, from: counts.first, to });
  }
}

function begun(files: readonly SourceFile[], options: SweepRunOptions) {
  const plan = planSweep(files, options);
  const replayOf = (setting: readonly string[] | null) =>
    new JournalReplay({
      until: options.until,
      onRules: () => undefined,
      // Older versions that went on while newer ones were warmed up are passed over: a setting is of the newest.
      planOf: (version) => planOfSetting(ownFiles(version), plan, setting),
    });
  const written = replayOf(null);
  const runs = new SettingRuns<JournalEntry>({
    ...runsOptions(plan, options),
    foldFor(running) {
      const replay = running === null ? written : replayOf(running.setting);
      return {
        take: (entry) => (entry.kind === 'snapshot' ? takeState(replay, entry) : replay.take(entry)),
        finish: () => replay.finish(),
      };
    },
  });
  return { runs, written };
}

/**
 * Alerts that are on in a saved state fire as the journal begins: settings that were not in force then have no state, and
 * fire as soon as they see that something is wrong.
 */
function takeState(replay: JournalReplay, entry: JournalEntry): AlertEvent[] {
  const before = replay.take(entry);
  const { engine, offset, plan } = replay;
  const standing = plan.rules.flatMap(({ id }) =>
    engine.instances(id).flatMap(({ labels, episode, severity }): AlertEvent[] => {
      const known = SEVERITIES.find((one) => one === severity);
      if (episode === null || known === undefined) return [];
      const time = engine.time + offset;
      return [{ time, rule: id, event: 'firing', severity: known, labels, values: {}, message: '', episode }];
    }),
  );
  return [...before, ...standing];
}

function runsOptions(
  plan: SweepPlan,
  { shortMs, configuration }: SweepRunOptions,
): Omit<SettingRunsOptions<never>, 'foldFor'> {
  return { plan, shortMs, configuration: configuration?.receivers.length === 0 ? null : configuration };
}

async function show(report: SweepReport, { form, output }: SweepRunOptions, io: Io): Promise<void> {
  if (output !== null) {
    const file = await openTextFile(output);
    file.output.add(sweepReportJson(report));
    await file.output.flush().finally(() => file.close());
  }
  const isPage = form === 'story' || (form === 'as fits' && io.stdout.isTTY === true);
  if (isPage) io.stdout.write(sweepPage(report, { width: PAGE_WIDTH, style: styleFor(io.stdout) }));
  else if (output === null) io.stdout.write(sweepReportJson(report));
}

function orExplained<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw explained(error);
  }
}

function explained(error: unknown): unknown {
  if (error instanceof NoSuchTunable || error instanceof BadValues || error instanceof BadSweep) {
    return new UsageError(`--sweep: ${error.message}`, { cause: error });
  }
  return error instanceof TooManySettings ? new CannotRun(error.message, { cause: error }) : error;
}
