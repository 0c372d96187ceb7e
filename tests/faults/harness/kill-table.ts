import { spread } from '../../bench/figures.js';
import type { Verdict } from './fault-run.js';

/** What was tried: so many faults of one kind, on one site. */
export interface Trial {
  readonly what: string;
  readonly faults: number;
  readonly verdict: Verdict;
}

/** What kills and power cuts of a real gateway came to. */
export function killTable(trials: readonly Trial[]): string {
  const kinds = [...new Set(trials.map(({ what }) => what))];
  const violations = trials.flatMap(({ what, verdict }) => verdict.violations.map((it) => `${what}: ${it}`));
  const rows = kinds.map((kind) =>
    row(
      kind,
      trials.filter(({ what }) => what === kind),
    ),
  );
  return `A gateway on a real disk is taken apart while devices send to it, receivers listen, rules are edited and alerts reset.

| fault | faults | messages sent | acknowledged | alert events | notices | copies of notices | violations |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

${starts(trials)}

A violation is any of these: a message that was acknowledged and is not in the journal, or is there twice; a replay of the
exported journal that differs by a byte from the events that were stored; events that differ from those of a run without
faults; a notice that is owed and did not arrive, arrived under two ids, or in two versions (but that one says it is late); sums
that do not add up.
${violations.length === 0 ? 'There was none.' : `\n${violations.map((it) => `- ${it}`).join('\n')}`}`;
}

function row(what: string, trials: readonly Trial[]): string {
  const sum = (of: (trial: Trial) => number) => trials.reduce((total, trial) => total + of(trial), 0);
  const cells = [
    sum(({ faults }) => faults),
    sum(({ verdict }) => verdict.sent),
    sum(({ verdict }) => verdict.acknowledged),
    sum(({ verdict }) => verdict.events),
    sum(({ verdict }) => verdict.notices),
    sum(({ verdict }) => verdict.copies - verdict.notices),
    sum(({ verdict }) => verdict.violations.length),
  ];
  return `| ${[what, ...cells.map((cell) => cell.toLocaleString('en'))].join(' | ')} |`;
}

function starts(trials: readonly Trial[]): string {
  const wall = spread(trials.flatMap(({ verdict }) => verdict.readyMs));
  const cpu = spread(trials.flatMap(({ verdict }) => verdict.readyCpuMs));
  return `From the start of the program to its \`ready\` line: ${text(wall)} ms by the clock, ${text(cpu)} ms of CPU time (median, most).`;
}

function text({ median, max }: { readonly median: number; readonly max: number }): string {
  return `${Math.round(median)} and ${Math.round(max)}`;
}
