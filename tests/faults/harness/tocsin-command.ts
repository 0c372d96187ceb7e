import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

/** As it was built; npm and Vitest run where package.json is. */
const MAIN = resolve('dist/program/main.js');

/** Runs a command of the built program, and gives what it wrote to stdout. */
export function tocsin(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [MAIN, ...args], { maxBuffer: 1e9 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`tocsin ${args.join(' ')}: ${stderr}`, { cause: error }));
    });
  });
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
