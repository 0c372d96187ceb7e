import { hostname } from 'node:os';
import { type Command, EXIT, type Io, UsageError } from '../command.js';
import { type ExportOptions, exportJournal } from '../export-journal.js';
import { parseOptions } from '../options.js';
import { orCannotRun, siteState } from '../site-state.js';
import { openTextFile, TextOutput } from '../text-output.js';
import { timeOption } from '../time-option.js';
import { programVersion } from '../version.js';

export const exportCommand: Command = {
  help: `Write what the service has recorded: messages and everything else that its rules
live by, as NDJSON. \`tocsin replay --journal\` gives the same events again.

Usage: tocsin export --journal [--site DIR] [--output FILE] [--from TIME]
                     [--to TIME]

  --site DIR     the folder with tocsin.json and rules/ (default: the current)
  --output FILE  write there (default: standard output)
  --from TIME    from this time on, or a little before: from where the state of
                 the rules was saved
  --to TIME      up to this time

It reads while the service runs, or without one. Where the journal does not go
back to the beginning, the saved state of the rules comes first. How much is
kept is bounded by age and size.

Examples:
  tocsin export --journal --site plant --output plant.ndjson
  tocsin export --journal --from 2026-01-05T06:00:00Z | gzip > monday.gz
`,

  async run(args, io) {
    const { values } = parseOptions(args, {
      site: { type: 'string', default: '.' },
      journal: { type: 'boolean', default: false },
      output: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
    });
    if (!values.journal) throw new UsageError('say what to export: --journal');
    const range = { from: timeOption('--from', values.from), to: timeOption('--to', values.to) };
    const { site, dataFolder } = await siteState(values.site);
    const gateway = site.configuration?.gateway ?? hostname();
    const options = { dataFolder, gateway, program: programVersion(), ...range };
    const problems = await orCannotRun(() => write(options, values.output ?? null, io));
    for (const problem of problems) io.stderr.write(`${problem}\n`);
    return problems.length === 0 ? EXIT.ok : EXIT.findings;
  },
};

async function write(options: ExportOptions, path: string | null, io: Io): Promise<readonly string[]> {
  if (path === null) return exportJournal(options, TextOutput.to(io.stdout));
  const file = await openTextFile(path);
  try {
    return await exportJournal(options, file.output);
  } finally {
    await file.close();
  }
}
