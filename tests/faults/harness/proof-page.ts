import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** The parts of docs/proof.md, in their order: each is written by the test that knows it, and says how to repeat it. */
export type ProofPart =
  | 'Kills and power cuts'
  | 'Crashes of a simulated disk'
  | 'Errors of a simulated disk'
  | 'Damaged files'
  | 'Hostile bytes'
  | 'Crowds'
  | 'Hours of work'
  | 'Two engines';

const PARTS: readonly ProofPart[] = [
  'Kills and power cuts',
  'Crashes of a simulated disk',
  'Errors of a simulated disk',
  'Damaged files',
  'Hostile bytes',
  'Crowds',
  'Hours of work',
  'Two engines',
];

const INTRO = `# What faults did to it

Written by \`npm run proof\`: how it is done and judged is in [tests/faults](../tests/faults). A short form of each part but
the last runs on every change. Each part says when it was written, of which commit, and how to try the same again.
`;

export interface Circumstances {
  /** None: nothing in it is random. */
  readonly seed?: number;
  /** The test that wrote it, and what has to be set for it beside the seed: `TOCSIN_SHARE=0.3`. */
  readonly test: string;
  readonly settings?: readonly string[];
}

/** Writes down what a part came to, whatever that was, if the page is asked for (`TOCSIN_PROOF`). */
export function writeProof(part: ProofPart, circumstances: Circumstances, text: string): void {
  const page = process.env['TOCSIN_PROOF'];
  if (page === undefined) return;
  const parts = existsSync(page) ? partsIn(readFileSync(page, 'utf8')) : new Map<string, string>();
  parts.set(part, `${circumstancesText(circumstances)}\n\n${text.trim()}\n`);
  const known = PARTS.flatMap((title) => (parts.has(title) ? [`## ${title}\n\n${parts.get(title)}`] : []));
  writeFileSync(page, [INTRO, ...known].join('\n'));
}

function partsIn(page: string): Map<string, string> {
  const [, ...parts] = page.split(/^## /m);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), `${part.slice(end).trim()}\n`];
    }),
  );
}

function circumstancesText({ seed, test, settings = [] }: Circumstances): string {
  const seeds = seed === undefined ? [] : [`TOCSIN_SEED=${seed}`];
  const command = [...settings, ...seeds, 'npm run proof --', test].join(' ');
  const isClean = git('status', '--porcelain', '--', 'rules', 'models', 'firmware-bridge', 'runtime') === '';
  const commit = `${git('rev-parse', '--short=12', 'HEAD')}${isClean ? '' : ' and changes to it'}`;
  return `- ${new Date().toISOString().slice(0, 10)}, commit ${commit}${seed === undefined ? '' : `, seed ${seed}`} (\`${command}\` tries the same)
- ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, Node.js ${process.version}; on average ${loadavg()[2]?.toFixed(1)} processes wanted the processors in the last 15 minutes, ours included`;
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
