import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../source-files.js';
import { recordingText } from './recording.js';

export const SCENARIO = join(ROOT, 'tests/house/node-versions');

/** As `npm run build` left it: what people run. */
const PROGRAM = join(ROOT, 'dist/program/main.js');
/** Beyond the last message: delays run out, and who is silent is noticed. */
const UNTIL = '2026-01-05T05:15:00Z';

/**
 * Replays the scenario with the built program; gives its events as NDJSON.
 *
 * @param node a Node program
 */
export function replayScenario(node: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-versions-'));
  try {
    const input = join(folder, 'recording.ndjson');
    writeFileSync(input, recordingText());
    const options = ['--site', SCENARIO, '--input', input, '--until', UNTIL, '--pending'];
    const maxBuffer = 64 * 1024 * 1024;
    return execFileSync(node, [PROGRAM, 'replay', ...options], { encoding: 'utf8', maxBuffer });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
