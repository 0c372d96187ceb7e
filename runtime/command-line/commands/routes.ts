import { didYouMean } from '../../../rules/format/did-you-mean.js';
import { SEVERITIES, type Severity } from '../../../rules/rule.js';
import { Directory } from '../../delivery/directory.js';
import { routeCases, TooManyCases } from '../../delivery/route-cases.js';
import { SYSTEM_SEVERITIES } from '../../service/system-alerts.js';
import type { Configuration } from '../../site/configuration.js';
import { loadSite } from '../../site/load-site.js';
import { type AlertFilter, alertKinds } from '../alert-kinds.js';
import { CannotRun, type Command, EXIT, type Io, SiteHasErrors, UsageError } from '../command.js';
import { issueReport } from '../issue-report.js';
import { labelsIn } from '../label-arguments.js';
import { parseOptions } from '../options.js';
import { pageOptions } from '../pages/page-options.js';
import { type RoutedAlerts, routesPage } from '../pages/routes-page.js';
import { styleFor } from '../style.js';

export const routesCommand: Command = {
  help: `Show who would be told of which alert, and when: nothing is sent.

Usage: tocsin routes test [RULE] [LABEL=VALUE…] [--severity SEVERITY]
                          [--site DIR] [--json]

  RULE                 only alerts of this rule; also those of the program about
                       itself, such as tocsin/connection-down
  LABEL=VALUE          only alerts with this label
  --severity SEVERITY  only info, warning or critical ones
  --site DIR           the folder with tocsin.json and rules/ (default: the
                       current one)
  --json               for programs: a list of rule, severity, labels, cases

Without any of them: all alerts that the rules of the site can raise. Where it
depends on a label that was not given, each case is shown.

The exit code is 1 if there are alerts that no route, and no \`notify\`, sends
anywhere.

Examples:
  tocsin routes test --site plant
  tocsin routes test press-hot line=line-1 --severity critical
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        severity: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      'test',
    );
    const [action, ...rest] = positionals;
    if (action === undefined) throw new UsageError('what to do is missing, such as: tocsin routes test');
    if (action !== 'test') throw new UsageError(`only test, not '${action}'`);
    const filter = filterOf(rest, values.severity);
    const alerts = await routedAlerts(values.site, filter, io);
    const { site, json } = values;
    const page = pageOptions(io, { now: 0, timezone: 'UTC', site });
    io.stdout.write(json ? `${JSON.stringify(alerts, null, 2)}\n` : routesPage(alerts, page));
    const isLost = alerts.some(({ cases }) => cases.some(({ by }) => by === 'nobody'));
    return isLost ? EXIT.findings : EXIT.ok;
  },
};

function filterOf(args: readonly string[], severity: string | undefined): AlertFilter {
  const [first, ...others] = args;
  const isRule = first !== undefined && !first.includes('=');
  return {
    rule: isRule ? first : null,
    labels: labelsIn(isRule ? others : args),
    severity: severity === undefined ? null : severityOf(severity),
  };
}

function severityOf(text: string): Severity {
  const severity = SEVERITIES.find((one) => one === text);
  if (severity !== undefined) return severity;
  const meant = didYouMean(text, SEVERITIES);
  const known = meant === null ? `there are ${SEVERITIES.join(', ')}` : `did you mean ${meant}?`;
  throw new UsageError(`--severity: there is no severity '${text}', ${known}`);
}

async function routedAlerts(folder: string, filter: AlertFilter, io: Io): Promise<RoutedAlerts[]> {
  const site = await loadSite(folder);
  const errors = site.issues.filter(({ severity }) => severity === 'error');
  const { configuration, rules } = site;
  if (errors.length > 0 || configuration === null) {
    io.stderr.write(issueReport(errors, site.files, styleFor(io.stderr)));
    throw new SiteHasErrors('the site has errors');
  }
  if (rules.length === 0 && filter.rule === null) {
    throw new CannotRun(`there are no rules in ${folder}: rule files belong into its folder rules/`);
  }
  const directory = new Directory({ rules, configuration }, []);
  return alertKinds(rules, SYSTEM_SEVERITIES, filter).map((kind) => {
    const { rule, severity, labels } = kind;
    return { rule, severity, labels, cases: casesOf(kind, directory, configuration) };
  });
}

function casesOf(kind: Parameters<typeof routeCases>[0], directory: Directory, { routes }: Configuration) {
  try {
    return routeCases(kind, directory, routes);
  } catch (error) {
    if (!(error instanceof TooManyCases)) throw error;
    throw new UsageError(`${kind.rule}: there are too many cases, give some of the labels ${error.message}`);
  }
}
