import { didYouMean } from '../../rules/format/did-you-mean.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import type { Site } from '../site/load-site.js';
import { type LabelProblem, readLabels } from './labels.js';

/** Finds what is wrong with the files of the folder `labels/`: what would stop a training, and what would mislead it. */
export function checkLabels({ files, plan: { models = [] } }: Pick<Site, 'files' | 'plan'>): Issue[] {
  const names = new Set(models.flatMap(({ groupBy }) => groupBy));
  const unreadable = files.issues.filter(({ file }) => file.startsWith('labels'));
  return [...unreadable, ...files.labels.flatMap((file) => issuesOf(file, names))];
}

function issuesOf(file: SourceFile, names: ReadonlySet<string>): Issue[] {
  const { columns, problems } = readLabels(file);
  const lines = file.text.split('\n');
  const issueAt = ({ line, message, hint }: LabelProblem, severity: Issue['severity']): Issue => ({
    file: file.path,
    line,
    column: 1,
    endColumn: Math.max(2, (lines[line - 1] ?? '').trimEnd().length + 1),
    code: 'bad-labels',
    severity,
    message,
    hint,
  });
  const issues = problems.map((problem) => issueAt(problem, 'error'));
  const unknown = problems.length > 0 ? null : unknownColumns(columns, names);
  return unknown === null ? issues : [...issues, issueAt(unknown, 'warning')];
}

/** With no column that a model captures, what happened to one machine happened to all. */
function unknownColumns(columns: readonly string[], names: ReadonlySet<string>): LabelProblem | null {
  const others = columns.filter((name) => name !== 'time' && name !== 'event');
  if (names.size === 0 || others.length === 0 || others.some((name) => names.has(name))) return null;
  const [first = ''] = others;
  const meant = didYouMean(first, names);
  const message = `No model tells machines apart by ${others.map((name) => `\`${name}\``).join(', ')}: each line is about all machines.`;
  const known = `Models have ${[...names].map((name) => `\`${name}\``).join(', ')}.`;
  return { line: 1, message, hint: meant === null ? known : `Did you mean \`${meant}\`?` };
}
