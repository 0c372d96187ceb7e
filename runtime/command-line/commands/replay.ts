import { CannotRun, type Command } from '../command.js';

export const replayCommand: Command = {
  help: 'Usage: tocsin replay [--site DIR] [--json]\n',
  async run() {
    throw new CannotRun('comes with the next change');
  },
};
