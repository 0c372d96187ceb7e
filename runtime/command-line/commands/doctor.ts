import { systemClock } from '../../clock.js';
import { examine } from '../../doctor/examination.js';
import { loadSite } from '../../site/load-site.js';
import { type Command, EXIT } from '../command.js';
import { doctorReport } from '../doctor-report.js';
import { parseOptions } from '../options.js';
import { styleFor } from '../style.js';

export const doctorCommand: Command = {
  help: `Look at everything that a site needs to run, and say what is missing.

Usage: tocsin doctor [--site DIR] [--json]

  --site DIR   the folder with tocsin.json and rules/ (default: the current one)
  --json       a list for programs: about, verdict (ok, warning, failure),
               message, advice

It looks at the files of the site, Node.js, the clock, room and speed of the
disk, rights, secrets, the port, and whether other brokers, the mail server and
the hosts of webhooks can be reached, with encryption and password. It logs in
there and goes: no mail, no message, no request is sent, and nothing is left
behind. All at once, nothing takes longer than 5 s.

Run it as the user, and with the environment, that the service has.

The exit code is 1 if something fails; warnings alone leave it at 0.

Examples:
  tocsin doctor --site plant
  tocsin doctor --json | jq -r '.[] | select(.verdict == "failure") | .message'
`,

  async run(args, io) {
    const { values } = parseOptions(args, {
      site: { type: 'string', default: '.' },
      json: { type: 'boolean', default: false },
    });
    const site = await loadSite(values.site);
    const findings = await examine({ site, env: io.env, clock: systemClock, limitMs: LIMIT_MS });
    io.stdout.write(
      values.json ? `${JSON.stringify(findings, null, 2)}\n` : doctorReport(findings, styleFor(io.stdout)),
    );
    return findings.some(({ verdict }) => verdict === 'failure') ? EXIT.findings : EXIT.ok;
  },
};

const LIMIT_MS = 5_000;
