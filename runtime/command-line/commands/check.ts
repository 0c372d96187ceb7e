import { readAllTests } from '../../rule-tests/read-tests.js';
import { loadSite } from '../../site/load-site.js';
import { type Command, EXIT } from '../command.js';
import { issueReport } from '../issue-report.js';
import { parseOptions } from '../options.js';
import { styleFor } from '../style.js';

export const checkCommand: Command = {
  help: `Find every problem in the files of a site: tocsin.json, rules/ and tests/.

Usage: tocsin check [--site DIR] [--json]

  --site DIR   the folder with tocsin.json and rules/ (default: the current one)
  --json       a list of problems for programs: file, line, column, endColumn,
               code, severity, message, hint

Each problem is shown with its file, line and column, the line itself, and what
to do about it. Nothing is connected and nothing is written.

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
    const issues = [...site.issues, ...readAllTests(site).issues];
    if (values.json) {
      io.stdout.write(`${JSON.stringify(issues, null, 2)}\n`);
    } else if (issues.length > 0) {
      io.stdout.write(issueReport(issues, site.files, styleFor(io.stdout)));
    } else {
      io.stdout.write(`${values.site}: ${plural(site.rules.length, 'rule')}, no problems\n`);
    }
    if (site.rules.length === 0 && issues.length === 0) {
      io.stderr.write(`There are no rules yet: rule files belong into ${values.site}/rules/.\n`);
    }
    return issues.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.ok;
  },
};

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
