import { relative } from 'node:path';
import { BadBackup } from '../../backup/backup-manifest.js';
import { type Restored, restoreBackup } from '../../backup/restore-backup.js';
import { CannotRestore } from '../../backup/restore-moves.js';
import { formatTime } from '../../replay/time-text.js';
import { systemErrorText } from '../../site/system-error.js';
import { bytesText } from '../bytes-text.js';
import { CannotRun, type Command, EXIT, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { counted } from '../text-layout.js';

export const restoreCommand: Command = {
  help: `Put the files of a backup back: those of the site, and all it had stored.

Usage: tocsin restore DIR --site DIR [--force] [--json]

  DIR         what \`tocsin backup\` wrote
  --site DIR  the folder of the site, which is made if it is not there
              (default: the current)
  --force     also where there is stored data, or where files of the site are
              others than in the backup: what is there is put aside, with
              .replaced behind its name
  --json      for programs: site, dataFolder, createdAt, gateway, files and
              replaced

Nothing is changed unless all of the backup is what was written, and never
while the service of the site runs. If it is interrupted after that, the next
start, or the same command again, does the rest. Secrets are not in a backup.
Notices that were sent after it was made may be sent once more.

Examples:
  tocsin restore /media/stick/plant-2026-01-05 --site plant
  tocsin restore backup --site plant --force && tocsin start --site plant
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        force: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      'DIR',
    );
    const [backup, surplus] = positionals;
    if (backup === undefined) throw new UsageError('DIR is missing: the backup to restore');
    if (surplus !== undefined) throw new UsageError(`one backup at a time: '${surplus}' is too much`);
    const { site } = values;
    const restored = await orExplained(() => restoreBackup({ backup, site, isForced: values.force }));
    if (values.json) {
      const { manifest, dataFolder, replaced } = restored;
      const { createdAt, gateway, files } = manifest;
      io.stdout.write(
        `${JSON.stringify({ site, dataFolder, createdAt, gateway, files, replaced }, null, 2)}\n`,
      );
    } else io.stderr.write(restoredText(restored, site));
    return EXIT.ok;
  },
};

function restoredText({ manifest, dataFolder, replaced }: Restored, site: string): string {
  const { gateway, createdAt, program, files } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const lines = [
    `${gateway} as it was at ${formatTime(createdAt)} UTC, by version ${program}: ${counted(files.length, 'file')}, ${bytesText(bytes)}`,
    `  files of the site in ${site}, databases in ${relative('.', dataFolder)}`,
    ...replaced.map((path) => `  what was there is ${relative('.', path)}.replaced`),
  ];
  return `${lines.join('\n')}\n`;
}

async function orExplained<T>(doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    if (error instanceof BadBackup || error instanceof CannotRestore) {
      throw new CannotRun(`${error.message}; nothing was changed`, { cause: error });
    }
    const reason = systemErrorText(error);
    throw reason === null ? error : new CannotRun(reason, { cause: error });
  }
}
