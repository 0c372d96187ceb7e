import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { JobError } from '../../jobs/job-error.js';
import { runJob } from '../../jobs/run-job.js';
import { ACTIVATION_FILE } from '../../models/activation.js';
import { bytesText } from '../bytes-text.js';
import { CannotRun, type Command, EXIT, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { Progress } from '../progress.js';
import { type SiteState, siteState } from '../site-state.js';
import { counted } from '../text-layout.js';
import { programVersion } from '../version.js';

const HEAP_MEGABYTES = 128;
/** Of 4 GB on a slow card, and as much again. */
const TIMEOUT_MS = 6 * 3_600_000;

export const backupCommand: Command = {
  help: `Copy a site with all it has stored into a folder, while its service runs, or
without one: both databases as they are at one moment, and the files that people
write. Everything is read again before the folder gets its name.

Usage: tocsin backup DIR [--site DIR] [options]

  DIR                where it is written to: a folder that is not there yet
  --site DIR         the folder with tocsin.json and rules/ (default: the
                     current one)
  --without-history  leave out history.db: alerts, notices and the state of the
                     rules are in state.db, readings of the last hour too
  --json             for programs: what the backup holds, as in its backup.json

Secrets are not in it: neither files that the configuration refers to, nor
environment variables. \`tocsin restore\` puts it back.

Examples:
  tocsin backup /media/stick/plant-$(date +%F) --site plant
  tocsin backup backup --without-history && tar -czf backup.tar.gz backup
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        'without-history': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      'DIR',
    );
    const [folder, surplus] = positionals;
    if (folder === undefined) throw new UsageError('DIR is missing: where to write the backup to');
    if (surplus !== undefined) throw new UsageError(`one backup at a time: '${surplus}' is too much`);
    const target = resolve(folder);
    if (existsSync(target)) throw new CannotRun(`${folder} is there already: nothing was written`);
    const { site, dataFolder } = await siteState(values.site);
    const input = {
      target,
      siteFolder: resolve(values.site),
      siteFiles: filesOf(site),
      dataFolder,
      withHistory: !values['without-history'],
      gateway: site.configuration?.gateway ?? hostname(),
      program: programVersion(),
      now: Date.now(),
    };
    const progress = new Progress(io.stderr);
    try {
      const manifest = await runJob('backup', input, {
        heapMegabytes: HEAP_MEGABYTES,
        timeoutMs: TIMEOUT_MS,
        onProgress: ({ done, all }) => progress.bar(done / all, bytesText(done)),
      });
      progress.clear();
      if (values.json) io.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
      else {
        const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
        io.stderr.write(`${folder}: ${counted(manifest.files.length, 'file')}, ${bytesText(bytes)}\n`);
      }
      return EXIT.ok;
    } catch (error) {
      progress.clear();
      if (!(error instanceof JobError)) throw error;
      throw new CannotRun(`${error.message}; nothing was written`, { cause: error });
    }
  },
};

/** Those that people write and the program reads, but for what is secret. */
function filesOf({ files }: SiteState['site']): string[] {
  const { folder, configuration, plan, formats, tests, labels } = files;
  const written = [configuration, ...plan, ...formats, ...tests, ...labels].flatMap(
    (file) => file?.path ?? [],
  );
  // That one is with the data.
  const all = written.filter((path) => path !== ACTIVATION_FILE);
  const secret = new Set(referencesIn(configuration?.text ?? '').map((path) => resolve(folder, path)));
  return all.filter((path) => !secret.has(resolve(folder, path)));
}

/** What a configuration calls a file, `{ "file": "secrets/mail" }`, also where it has errors. */
function referencesIn(text: string): string[] {
  return [...text.matchAll(/"file"\s*:\s*("(?:[^"\\]|\\.)*")/g)].flatMap(([, quoted = '""']) => {
    try {
      return [String(JSON.parse(quoted))];
    } catch {
      return [];
    }
  });
}
