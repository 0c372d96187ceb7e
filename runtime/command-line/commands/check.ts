import { basename, resolve } from 'node:path';
import type { Issue } from '../../../rules/format/issue.js';
import { checkLabels } from '../../models/check-labels.js';
import { readAllTests } from '../../rule-tests/read-tests.js';
import { dataFolderOf } from '../../site/data-folder.js';
import { loadSite, type Site } from '../../site/load-site.js';
import { type Command, EXIT } from '../command.js';
import { issueReport } from '../issue-report.js';
import { parseOptions } from '../options.js';
import { styleFor } from '../style.js';

export const checkCommand: Command = {
  help: `Find every problem in the files of a site: tocsin.json, rules/,
tables/, functions/, views/, models/, labels/, formats/ and tests/.

Usage: tocsin check [--site DIR] [--json]

  --site DIR   the folder with tocsin.json and rules/ (default: the current one)
  --json       a list of problems for programs: file, line, column, endColumn,
               code, severity, message, hint

Each problem is shown with its file, line and column, the line itself, and what
to do about it. Nothing is written; a service that runs is asked what of
tocsin.json waits for its restart.

The exit code is 1 if there are errors; warnings alone leave it at 0.

Examples:
  tocsin check --site plant
  tocsin check --json | jq -r '.[] | "\\(.file):\\(.line): \\(.message)"'
`,

  async run(args, io) {
    const { values } = parseOptions(args, {
      site: { type: 'string', default: '.' },
      json: { type: 'boolean', default: false },
    });
    const site = await loadSite(values.site);
    const ofFiles = [...site.issues, ...checkLabels(site), ...readAllTests(site).issues];
    const issues = [...ofFiles, ...(await waitingForRestart(site))];
    if (values.json) {
      io.stdout.write(`${JSON.stringify(issues, null, 2)}\n`);
    } else if (issues.length > 0) {
      io.stdout.write(issueReport(issues, site.files, styleFor(io.stdout)));
    } else {
      const name = values.site === '.' ? basename(resolve('.')) : values.site;
      io.stdout.write(`${name}: ${contents(site)}, no problems\n`);
    }
    if (site.rules.length === 0 && issues.length === 0) {
      io.stderr.write(`There are no rules yet: rule files belong into ${values.site}/rules/.\n`);
    }
    return issues.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.ok;
  },
};

/** A service that does not answer at once is asked no more: this is about files. */
const ANSWER_MS_MAX = 2_000;

/** What the running service has not taken up of the configuration. */
async function waitingForRestart(site: Site): Promise<readonly Issue[]> {
  const { connectControl, NoAnswer } = await import('../../control/control-client.js');
  const { ControlError } = await import('../../control/control-error.js');
  try {
    const service = await connectControl(dataFolderOf(site.files), ANSWER_MS_MAX);
    const status = await service?.status();
    const issues = (status?.files ?? []).flatMap(({ errors }) => errors);
    return issues.filter(({ code }) => code === 'needs-restart');
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof ControlError) return [];
    throw error;
  }
}

function contents({ rules, plan: { views = [], models = [] } }: Site): string {
  const ofViews = views.length === 0 ? [] : [plural(views.length, 'view')];
  const ofModels = models.length === 0 ? [] : [plural(models.length, 'model')];
  return [plural(rules.length, 'rule'), ...ofViews, ...ofModels].join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
