import type { Command } from './command.js';
import { keepYoungHeapSmall } from './young-heap.js';

/** Headings of `tocsin --help`, in its order. */
export const COMMAND_GROUPS = {
  begin: 'To begin',
  write: 'Writing rules',
  run: 'Running a site',
  watch: 'Looking after the running service',
} as const;

/** A command by name. It is loaded when it runs, so that `replay` does not pay for a broker. */
export interface ListedCommand {
  readonly name: string;
  readonly group: keyof typeof COMMAND_GROUPS;
  /** One line for `tocsin --help`, at most 60 characters. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** In the order of `tocsin --help`, within their groups. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'init',
    group: 'begin',
    summary: 'Write a small site to begin with',
    load: async () => (await import('./commands/init.js')).initCommand,
  },
  {
    name: 'simulate',
    group: 'begin',
    summary: 'Try a site out with made-up presses; play a recording',
    load: async () => (await import('./commands/simulate.js')).simulateCommand,
  },
  {
    name: 'check',
    group: 'write',
    summary: 'Find every problem in the files of a site',
    load: async () => (await import('./commands/check.js')).checkCommand,
  },
  {
    name: 'test',
    group: 'write',
    summary: 'Run the rule tests of a site',
    load: async () => (await import('./commands/test.js')).testCommand,
  },
  {
    name: 'replay',
    group: 'write',
    summary: 'Run the rules over recorded messages, in virtual time',
    load: async () => (await import('./commands/replay.js')).replayCommand,
  },
  {
    name: 'score',
    group: 'write',
    summary: 'Score recorded messages with a model, in virtual time',
    load: async () => (await import('./commands/score.js')).scoreCommand,
  },
  {
    name: 'train',
    group: 'write',
    summary: 'Train a model from history, or from recorded messages',
    load: async () => (await import('./commands/train.js')).trainCommand,
  },
  {
    name: 'evaluate',
    group: 'write',
    summary: 'Measure a trained model on readings and what happened',
    load: async () => (await import('./commands/evaluate.js')).evaluateCommand,
  },
  {
    name: 'routes',
    group: 'write',
    summary: 'Show who would be told of which alert, and when',
    load: async () => (await import('./commands/routes.js')).routesCommand,
  },
  {
    name: 'start',
    group: 'run',
    summary: 'Run the site: messages in, alerts out',
    load: async () => {
      keepYoungHeapSmall();
      return (await import('./commands/start.js')).startCommand;
    },
  },
  {
    name: 'doctor',
    group: 'run',
    summary: 'Find what a site lacks to run: ports, disk, clock, servers',
    load: async () => (await import('./commands/doctor.js')).doctorCommand,
  },
  {
    name: 'service',
    group: 'run',
    summary: 'Write a unit for systemd: run from boot on, in a sandbox',
    load: async () => (await import('./commands/service.js')).serviceCommand,
  },
  {
    name: 'status',
    group: 'watch',
    summary: 'Show how a site is doing',
    load: async () => (await import('./commands/status.js')).statusCommand,
  },
  {
    name: 'alerts',
    group: 'watch',
    summary: 'List the alerts that have not ended',
    load: async () => (await import('./commands/alerts.js')).alertsCommand,
  },
  {
    name: 'views',
    group: 'watch',
    summary: 'List views, or show the rows of one',
    load: async () => (await import('./commands/views.js')).viewsCommand,
  },
  {
    name: 'models',
    group: 'watch',
    summary: 'List models, or show what one says of each machine',
    load: async () => (await import('./commands/models.js')).modelsCommand,
  },
  {
    name: 'mark',
    group: 'watch',
    summary: 'Note that a machine failed or was maintained, for models',
    load: async () => (await import('./commands/mark.js')).markCommand,
  },
  {
    name: 'reset',
    group: 'watch',
    summary: 'End a latched alert',
    load: async () => (await import('./commands/reset.js')).resetCommand,
  },
  {
    name: 'explain',
    group: 'watch',
    summary: 'Show why an alert does or does not fire',
    load: async () => (await import('./commands/explain.js')).explainCommand,
  },
  {
    name: 'deliveries',
    group: 'watch',
    summary: 'List notices; send again what was given up on',
    load: async () => (await import('./commands/deliveries.js')).deliveriesCommand,
  },
  {
    name: 'notify-test',
    group: 'watch',
    summary: 'Send a test notice to a receiver',
    load: async () => (await import('./commands/notify-test.js')).notifyTestCommand,
  },
  {
    name: 'export',
    group: 'watch',
    summary: 'Write what the service has recorded',
    load: async () => (await import('./commands/export.js')).exportCommand,
  },
  {
    name: 'import',
    group: 'watch',
    summary: 'Add recorded readings to what is kept',
    load: async () => (await import('./commands/import.js')).importCommand,
  },
  {
    name: 'sql',
    group: 'watch',
    summary: 'Ask readings, alerts and views in SQL',
    load: async () => (await import('./commands/sql.js')).sqlCommand,
  },
  {
    name: 'backup',
    group: 'watch',
    summary: 'Copy a site and all it has stored, while it runs',
    load: async () => (await import('./commands/backup.js')).backupCommand,
  },
  {
    name: 'restore',
    group: 'watch',
    summary: 'Put the files of a backup back',
    load: async () => (await import('./commands/restore.js')).restoreCommand,
  },
];
