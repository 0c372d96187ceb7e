import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serviceSite } from './service-rules.js';
import { WEAR_MODEL, wearLabels, wearMessages } from './training-site.js';

const MAIN = resolve('dist/program/main.js');

/** A site with a model to train. */
export const SITE = () => ({ ...serviceSite(), 'models/wear.json': WEAR_MODEL });

export interface Training {
  /** Of `tocsin train`; the job is its child. */
  readonly command: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** Runs `tocsin train` in a site, as people do, on a recording. */
export function startTraining(site: string, scale: number): Training {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-training-'));
  const input = join(folder, 'wear.ndjson');
  const labels = join(folder, 'wear.csv');
  writeFileSync(input, Array.from(wearMessages(scale), (message) => `${JSON.stringify(message)}\n`).join(''));
  writeFileSync(labels, wearLabels(scale));
  const args = ['train', 'wear', '--site', site, '--input', input, '--labels', labels];
  const command = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [command.stdout, command.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const ended = once(command, 'close').then(([code]) => {
    rmSync(folder, { recursive: true });
    if (code !== 0 && scale > 0.1) throw new Error(`tocsin train ended with ${code}: ${said}`);
  });
  ended.catch(() => undefined); // for those who wait for it
  return { command, ended };
}
