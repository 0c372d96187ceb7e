import type { SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import { type IssueStyle, showIssue } from '../../rules/format/show-issue.js';
import type { SiteFiles } from '../site/site-files.js';
import type { Style } from './style.js';

/** Shows problems one below the other, each with its line of the file, and counts them: `2 errors, 1 warning`. */
export function issueReport(issues: readonly Issue[], files: SiteFiles, style: Style): string {
  const texts = new Map(sourcesOf(files).map(({ path, text }) => [path, text]));
  const colours = issueStyle(style);
  const shown = issues.map((issue) => `${showIssue(issue, texts.get(issue.file) ?? null, colours)}\n\n`);
  return `${shown.join('')}${countText(issues)}\n`;
}

function issueStyle(style: Style): IssueStyle {
  const colourOf = (severity: Issue['severity']) => (severity === 'error' ? 'red' : 'yellow');
  return {
    place: (text) => style('bold', text),
    severity: (text, severity) => style(colourOf(severity), text),
    caret: (text, severity) => style(colourOf(severity), text),
    hint: (text) => style('cyan', text),
  };
}

/** `2 errors, 1 warning` */
function countText(issues: readonly Issue[]): string {
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const warnings = issues.length - errors;
  const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const parts = [
    errors > 0 ? counted(errors, 'error') : '',
    warnings > 0 ? counted(warnings, 'warning') : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'no problems' : parts.join(', ');
}

function sourcesOf({ configuration, plan, labels, formats, tests }: SiteFiles): SourceFile[] {
  return [...(configuration === null ? [] : [configuration]), ...plan, ...labels, ...formats, ...tests];
}
