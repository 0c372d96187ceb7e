/**
 * Other Nodes give the same events as the running one. Method: as node-versions.test.ts, under programs
 * that the npm package `node` brings; the first time it downloads them.
 */
import { execFileSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { comparable } from './node-versions/digest.js';
import { replayScenario } from './node-versions/replay-scenario.js';

const DOWNLOAD_MS = 10 * 60_000;
let expected: string[];

beforeAll(() => {
  expected = comparable(replayScenario(process.execPath));
});

test.each([20, 22, 24, 26])(
  'Node %d',
  (major) => {
    const node = nodeOf(major);
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' });
    expect(version).toMatch(new RegExp(`^v${major}\\.`));
    expect(comparable(replayScenario(node))).toEqual(expected);
    expect(expected.length).toBeGreaterThan(1000);
  },
  DOWNLOAD_MS,
);

/** The path of a Node of this major version. */
function nodeOf(major: number): string {
  const print = ['node', '--print', 'process.execPath'];
  return execFileSync('npx', ['--yes', '--package', `node@${major}`, '--', ...print], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}
