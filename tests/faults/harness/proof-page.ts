import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { spread } from '../../bench/figures.js';
import type { Verdict } from './fault-run.js';

/** What was tried: so many faults of one kind, on one site. */
export interface Trial {
  readonly what: string;
  readonly faults: number;
  readonly verdict: Verdict;
}

/** The page that says what the last long run came to, whatever that was. */
export function proofPage(trials: readonly Trial[], seed: number): string {
  const kinds = [...new Set(trials.map(({ what }) => what))];
  const violations = trials.flatMap(({ what, verdict }) => verdict.violations.map((it) => `${what}: ${it}`));
  return `# What faults did to it

Written by \`npm run proof\`, which takes a gateway on a real disk apart while devices send to it, receivers listen, rules
are edited and alerts reset: how that is done and judged is in [tests/faults](../tests/faults). The short form of it runs on
every change.

- ${new Date().toISOString().slice(0, 10)}, commit ${git('rev-parse', '--short=12', 'HEAD')}, seed ${seed} (\`${repeat(seed)}\` tries the same moments)
- ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, Node.js ${process.version}; on average ${loadavg()[2]?.toFixed(1)} processes wanted the processors in the last 15 minutes, ours included

| fault | faults | messages sent | acknowledged | alert events | notices | copies of notices | violations |
| --- | --- | --- | --- | --- | --- | --- | --- |
${kinds
  .map((what) =>
    row(
      what,
      trials.filter((trial) => trial.what === what),
    ),
  )
  .join('\n')}

${starts(trials)}

A violation is any of these: a message that was acknowledged and is not in the journal, or is there twice; a replay of the
exported journal that differs by a byte from the events that were stored; events that differ from those of a run without
faults; a notice that is owed and did not arrive, arrived under two ids, or in two versions; sums that do not add up.
${violations.length === 0 ? 'There was none.' : `\n${violations.map((it) => `- ${it}`).join('\n')}`}
`;
}

/** The command that tries the same again. */
function repeat(seed: number): string {
  const share = process.env['TOCSIN_SHARE'];
  return `${share === undefined ? '' : `TOCSIN_SHARE=${share} `}TOCSIN_SEED=${seed} npm run proof`;
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

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
