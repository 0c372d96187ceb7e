import { CannotRun, type Command } from '../command.js';

export const testCommand: Command = {
  help: 'Usage: tocsin test [--site DIR] [--json]\n',
  async run() {
    throw new CannotRun('comes with the next change');
  },
};
