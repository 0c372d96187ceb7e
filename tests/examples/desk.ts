import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../house/source-files.js';
import { temporarySite } from '../runtime/temporary-site.js';

const MAIN = join(ROOT, 'dist/program/main.js');

/** A folder like that of the README, for its files and commands; `npx` finds the built program there too. */
export class Desk {
  readonly folder = temporarySite({
    'bin/npx': `#!/bin/sh\nshift\nnpm_command=exec exec '${process.execPath}' '${MAIN}' "$@"\n`,
  });

  constructor() {
    chmodSync(join(this.folder, 'bin/npx'), 0o755);
    symlinkSync(join(ROOT, 'examples'), join(this.folder, 'examples'));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Has the broker of a new site listen on a port that no other test has. */
  usePort(site: string, port: number): void {
    const file = join(this.folder, site, 'tocsin.json');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('"embedded": {}', `"embedded": { "port": ${port} }`),
    );
  }

  /** What a command line prints. */
  run(command: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
    const env = { ...process.env, PATH: `${join(this.folder, 'bin')}:${process.env['PATH']}` };
    return new Promise((resolve) => {
      execFile('bash', ['-c', command], { cwd: this.folder, env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  }
}
