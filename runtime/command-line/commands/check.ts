import { CannotRun, type Command } from '../command.js';

export const checkCommand: Command = {
  help: 'Usage: tocsin check [--site DIR] [--json]\n',
  async run() {
    throw new CannotRun('comes with the next change');
  },
};
