import { didYouMean } from '../../rules/format/did-you-mean.js';
import { SiteNotFound } from '../site/site-not-found.js';
import { NoSqlite } from '../storage/no-sqlite.js';
import { CannotRun, EXIT, type Io, SiteHasErrors, UsageError } from './command.js';
import { COMMAND_GROUPS, COMMANDS, type ListedCommand } from './commands.js';
import { namesSite } from './options.js';
import { programVersion } from './version.js';

/**
 * Runs one `tocsin` command line and gives its exit code. Usage mistakes and expected failures become one clear
 * message on stderr; anything else is a bug and keeps its stack.
 *
 * @param args without the program's name: `['check', '--site', 'plant']`
 */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined) {
    io.stderr.write(overview());
    return EXIT.usage;
  }
  if (first === '--version' || first === '-V') {
    io.stdout.write(`${programVersion()}\n`);
    return EXIT.ok;
  }
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    io.stdout.write(overview());
    return EXIT.ok;
  }
  if (first === 'help') return runCommandLine([...rest.slice(0, 1), '--help'], io);

  const listed = COMMANDS.find((command) => command.name === first);
  if (listed === undefined) {
    io.stderr.write(`tocsin: ${unknownCommand(first)}\nTry 'tocsin --help'.\n`);
    return EXIT.usage;
  }
  return runCommand(listed, rest, io);
}

async function runCommand(listed: ListedCommand, args: readonly string[], io: Io): Promise<number> {
  try {
    const command = await listed.load();
    if (asksForHelp(args)) {
      io.stdout.write(command.help);
      return EXIT.ok;
    }
    return await command.run(args, io);
  } catch (error) {
    const withHint =
      error instanceof SiteNotFound && !namesSite(args) ? new CannotRun(whichSite(error)) : error;
    return explainFailure(withHint, listed.name, io);
  }
}

/** Expected failures become a message and their exit code. */
function explainFailure(error: unknown, command: string, io: Io): number {
  const say = (message: string) => io.stderr.write(`tocsin ${command}: ${message}\n`);
  if (error instanceof UsageError) {
    say(`${error.message}\nTry 'tocsin ${command} --help'.`);
    return EXIT.usage;
  }
  if (error instanceof SiteHasErrors) {
    say(error.message);
    return EXIT.findings;
  }
  if (error instanceof CannotRun || error instanceof SiteNotFound || error instanceof NoSqlite) {
    say(error.message);
    return EXIT.cannotRun;
  }
  throw error;
}

/** `--help` anywhere before `--`: who asks for help gets it, whatever else is on the line. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

/** Who said no folder stands in the wrong one, or has none yet. */
function whichSite({ message }: SiteNotFound): string {
  return `${message}\nSay which with --site DIR, or begin one with: tocsin init DIR`;
}

function unknownCommand(name: string): string {
  if (name.startsWith('-')) return `a command comes before its options, got ${name}`;
  const meant = didYouMean(
    name,
    COMMANDS.map((command) => command.name),
  );
  return `there is no command '${name}'${meant === null ? '' : `, did you mean '${meant}'?`}`;
}

function overview(): string {
  return `tocsin: alerting for factory gateways. Sensor messages in, alerts out.

Usage: tocsin COMMAND [options]

${commandList()}
Every command takes --site DIR, the folder with tocsin.json and rules/
(default: the current folder).

  tocsin COMMAND --help   options and examples of a command
  tocsin --version

Exit codes: 0 ok, 1 findings, 2 wrong usage, 3 cannot run.
`;
}

/** The commands below the headings of their groups. */
function commandList(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lineOf = ({ name, summary }: ListedCommand) => `  ${name.padEnd(width)}  ${summary}\n`;
  return Object.entries(COMMAND_GROUPS)
    .map(([key, heading]) => ({ heading, commands: COMMANDS.filter(({ group }) => group === key) }))
    .filter(({ commands }) => commands.length > 0)
    .map(({ heading, commands }) => `${heading}:\n${commands.map(lineOf).join('')}`)
    .join('\n');
}
