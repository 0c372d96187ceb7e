import { sourceExcerpt } from '../../../rules/format/show-issue.js';
import type { Mutation } from '../../tuning/mutation.js';
import type { MutatedRule } from '../../tuning/mutation-run.js';
import type { Style } from '../style.js';
import { counted, paragraph } from '../text-layout.js';

/** Changes that no test notices, of one place. */
interface UnnoticedPlace {
  readonly what: string;
  readonly span: Mutation['span'];
  readonly mutations: readonly Mutation[];
}

/** The changes of a rule that no test notices, each with its place and the test that would; empty where all are noticed. */
export function unnoticedText(
  { origin, results, tests, rule }: MutatedRule,
  style: Style,
  width: number,
): string {
  const { document } = origin;
  if (results.length === 0) return '';
  if (tests === 0) {
    const { file, line, column } = document.locate(origin.at([]));
    const place = style('bold', `${file}:${line}:${column}:`);
    return `${place} no test sends anything to ${rule.id} and looks at it: nobody would notice any of ${counted(results.length, 'change')}\n\n`;
  }
  return placesOf(results)
    .map(({ what, span, mutations }) => {
      const place = document.locate(span);
      const head = `${style('bold', `${place.file}:${place.line}:${place.column}:`)} ${what}: unnoticed`;
      const changeWidth = Math.max(...mutations.map(({ change }) => change.length));
      return [
        head,
        ...sourceExcerpt(document.text, place, (carets) => style('yellow', carets)),
        ...mutations.flatMap(({ change, test }) => testLines(change.padEnd(changeWidth), test, style, width)),
        '',
        '',
      ].join('\n');
    })
    .join('');
}

/** The change, and beside it the test that would notice. */
function testLines(change: string, test: string, style: Style, width: number): string[] {
  const indent = change.length + 4;
  const [first = '', ...rest] = paragraph(test, { indent, width });
  return [`  ${style('yellow', change)}  ${first.slice(indent)}`, ...rest];
}

function placesOf(results: MutatedRule['results']): UnnoticedPlace[] {
  const places = new Map<string, { what: string; span: Mutation['span']; mutations: Mutation[] }>();
  for (const { kind, mutation } of results) {
    if (kind === 'noticed') continue;
    const { address, what, span } = mutation;
    const key = `${address} ${what}`;
    const known = places.get(key);
    if (known === undefined) places.set(key, { what, span, mutations: [mutation] });
    else known.mutations.push(mutation);
  }
  return [...places.values()];
}

/** `214 changes, 198 noticed (93%), 16 unnoticed in 9 places of 4 rules` */
export function totalsText(rules: readonly MutatedRule[], style: Style): string {
  const { total, unnoticed } = countsOf(rules);
  if (total === 0) return 'There is nothing in these rules that could be changed a little.\n';
  const share = Math.floor((100 * (total - unnoticed)) / total);
  const noticed = `${counted(total, 'change')}, ${(total - unnoticed).toLocaleString('en-US')} noticed (${share}%)`;
  if (unnoticed === 0) return `${style('green', noticed)}\n`;
  const bad = rules.filter(({ results }) => results.some(({ kind }) => kind === 'unnoticed'));
  const places = bad.reduce((sum, { results }) => sum + placesOf(results).length, 0);
  const where = `${counted(places, 'place')} of ${counted(bad.length, 'rule')}`;
  return `${noticed}, ${style('red', `${unnoticed.toLocaleString('en-US')} unnoticed`)} in ${where}\n`;
}

/** The same for programs: one JSON value. */
export function mutationReportJson(rules: readonly MutatedRule[]): string {
  const { total, unnoticed } = countsOf(rules);
  const value = {
    changes: total,
    noticed: total - unnoticed,
    unnoticed,
    rules: rules.map(({ rule, results, tests, origin }) => ({
      rule: rule.id,
      file: origin.document.path,
      tests,
      changes: results.length,
      noticed: results.filter(({ kind }) => kind === 'noticed').length,
      unnoticed: results.flatMap(({ kind, mutation }) => {
        if (kind === 'noticed') return [];
        const { address, what, change, test, span } = mutation;
        const { line, column, endColumn } = origin.document.locate(span);
        return [{ line, column, endColumn, address, what, change, test }];
      }),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function countsOf(rules: readonly MutatedRule[]): { total: number; unnoticed: number } {
  const results = rules.flatMap((one) => one.results);
  return { total: results.length, unnoticed: results.filter(({ kind }) => kind === 'unnoticed').length };
}
