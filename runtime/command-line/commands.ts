import type { Command } from './command.js';

/** A command by name. It is loaded when it runs, so that `replay` does not pay for a broker. */
export interface ListedCommand {
  readonly name: string;
  /** One line for `tocsin --help`, at most 60 characters. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** In the order of `tocsin --help`. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'start',
    summary: 'Run the site: messages in, alerts out',
    load: async () => (await import('./commands/start.js')).startCommand,
  },
  {
    name: 'check',
    summary: 'Find every problem in the files of a site',
    load: async () => (await import('./commands/check.js')).checkCommand,
  },
  {
    name: 'test',
    summary: 'Run the rule tests of a site',
    load: async () => (await import('./commands/test.js')).testCommand,
  },
  {
    name: 'replay',
    summary: 'Run the rules over recorded messages, in virtual time',
    load: async () => (await import('./commands/replay.js')).replayCommand,
  },
  {
    name: 'simulate',
    summary: 'Try a site out with made-up presses; play a recording',
    load: async () => (await import('./commands/simulate.js')).simulateCommand,
  },
];
