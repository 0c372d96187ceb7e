import type { StatusView } from '../../control/control-views.js';
import { type Command, EXIT } from '../command.js';
import { parseOptions } from '../options.js';
import { pageOptions } from '../pages/page-options.js';
import { statusPage } from '../pages/status-page.js';
import { askOrRead, siteState } from '../site-state.js';
import { storedStatus } from '../stored-status.js';
import { programVersion } from '../version.js';

export const statusCommand: Command = {
  help: `Show how a site is doing: connections, messages, rules, storage, delivery, and
what needs somebody's attention.

Usage: tocsin status [--site DIR] [--json]

  --site DIR   the folder with tocsin.json and rules/ (default: the current one)
  --json       one object for programs: gateway, version, pid, startedAt, ready,
               connections, intake, engine, storage, outbox, accounting, files,
               system

Without a running service it shows what is stored, and says \`(not running)\`;
\`ready\` is false then, and \`pid\` null.

Examples:
  tocsin status --site plant
  tocsin status --json | jq '.outbox.queued'
`,

  async run(args, io) {
    const { values } = parseOptions(args, {
      site: { type: 'string', default: '.' },
      json: { type: 'boolean', default: false },
    });
    const state = await siteState(values.site);
    const status = await askOrRead<StatusView>(state, io, {
      ask: (service) => service.status(),
      read: async (stored) => storedStatus(state.site, stored, programVersion()),
    });
    const { timezone } = state;
    io.stdout.write(
      values.json
        ? `${JSON.stringify(status, null, 2)}\n`
        : statusPage(status, pageOptions(io, { now: Date.now(), timezone, site: values.site })),
    );
    return EXIT.ok;
  },
};
