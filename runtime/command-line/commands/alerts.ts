import { alertView } from '../../control/alert-view.js';
import type { AlertView } from '../../control/control-views.js';
import { type Command, EXIT } from '../command.js';
import { parseOptions } from '../options.js';
import { alertList } from '../pages/alert-list.js';
import { pageOptions } from '../pages/page-options.js';
import { askOrRead, siteState } from '../site-state.js';

export const alertsCommand: Command = {
  help: `List the alerts that have not ended, the worst first.

Usage: tocsin alerts [--site DIR] [--json]

  --site DIR   the folder with tocsin.json and rules/ (default: the current one)
  --json       a list for programs: rule, labels, severity, state, episode,
               since, acknowledged, shelvedUntil, silenced, suppressed, stale,
               values, message

Without a running service it shows what was stored last, and says
\`(not running)\`. Alerts under tocsin/ are about the program itself.

Examples:
  tocsin alerts --site plant
  tocsin alerts --json | jq -r '.[] | select(.severity == "critical").message'
`,

  async run(args, io) {
    const { values } = parseOptions(args, {
      site: { type: 'string', default: '.' },
      json: { type: 'boolean', default: false },
    });
    const state = await siteState(values.site);
    const alerts = await askOrRead<readonly AlertView[]>(state, io, {
      ask: (service) => service.alerts(),
      read: async (stored) => (stored?.alerts() ?? []).map(alertView),
    });
    const { timezone } = state;
    io.stdout.write(
      values.json
        ? `${JSON.stringify(alerts, null, 2)}\n`
        : alertList(alerts, pageOptions(io, { now: Date.now(), timezone, site: values.site })),
    );
    return EXIT.ok;
  },
};
