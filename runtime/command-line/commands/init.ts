import { CannotWriteSite, renewSchemas, writeNewSite } from '../../new-site/write-new-site.js';
import { CannotRun, type Command, EXIT, type Io, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { programName } from '../program-name.js';

export const initCommand: Command = {
  help: `Write a small site to begin with, with comments in its files.

Usage: tocsin init DIR [--json]
       tocsin init --schemas [DIR]

  DIR          the folder to write, made if it is not there (.: the current one)
  --schemas    only write the JSON Schemas of this version, over those in the
               schemas/ of a site, for editors; after an update of tocsin
  --json       the files that were written, for programs

The site works at once: it listens on its own MQTT broker, has two rules with
their tests, and writes mails into a folder. Nothing that exists is overwritten.

Examples:
  tocsin init plant
  tocsin check --site plant
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { schemas: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
      'DIR',
    );
    const [folder, surplus] = positionals;
    if (surplus !== undefined) throw new UsageError(`unexpected argument '${surplus}'`);
    if (folder === undefined && !values.schemas) {
      throw new UsageError('the folder to write is missing, such as: tocsin init plant');
    }
    const write = values.schemas ? writeSchemas : writeSite;
    try {
      return write(folder ?? '.', { io, json: values.json });
    } catch (error) {
      throw error instanceof CannotWriteSite ? new CannotRun(error.message, { cause: error }) : error;
    }
  },
};

interface Output {
  readonly io: Io;
  readonly json: boolean;
}

const ABOUT: Readonly<Record<string, string>> = {
  'tocsin.json': 'where messages come from, and whom to tell',
  'rules/oil-hot.json': 'a limit, with a delay and a deadband',
  'rules/sensor-silent.json': 'a sensor that says nothing any more',
  'tests/oil.json': 'tests of both',
  'schemas/': 'by which your editor completes and checks all these',
};

function writeSite(folder: string, { io, json }: Output): number {
  const files = writeNewSite(folder);
  if (json) return writeJson(folder, files, io);
  const tocsin = programName(io.env);
  const site = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  const rows = (entries: readonly (readonly [string, string])[]) => {
    const width = Math.max(...entries.map(([left]) => left.length));
    return entries.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
  };
  io.stdout.write(`${folder} is a site now:

${rows(Object.entries(ABOUT))}

Next:

${rows([
  [`${tocsin} check --site ${site}`, 'finds mistakes'],
  [`${tocsin} test --site ${site}`, 'runs the tests of the rules'],
  [`${tocsin} simulate --site ${site}`, 'lets made-up presses send to it'],
  [`${tocsin} start --site ${site}`, 'runs it'],
])}

While it runs, an alert by hand, from another terminal (mosquitto_pub comes with
the package mosquitto-clients):

  mosquitto_pub -t factory/line-1/press-1/oil -m '{"temperature": 75}'
`);
  return EXIT.ok;
}

function writeSchemas(folder: string, { io, json }: Output): number {
  const files = renewSchemas(folder);
  if (json) return writeJson(folder, files, io);
  const named = files.map(({ path }) => `  ${path}\n`).join('');
  io.stdout.write(
    files.length === 0 ? `${folder}: the schemas are up to date\n` : `written to ${folder}:\n${named}`,
  );
  return EXIT.ok;
}

function writeJson(folder: string, files: readonly { readonly path: string }[], { stdout }: Io): number {
  stdout.write(`${JSON.stringify({ folder, files: files.map(({ path }) => path) }, null, 2)}\n`);
  return EXIT.ok;
}
