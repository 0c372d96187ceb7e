import { CustomFunction, type FunctionBody } from '../custom-function.js';
import type { SourceFile } from './document.js';
import { AGGREGATE_NAMES, SCALAR_FUNCTIONS } from './function-names.js';
import type { Issue } from './issue.js';
import type { Span } from './json-tree.js';
import { LineIndex } from './line-index.js';

/** Makes functions of the texts of files; joined in by whoever may run code. */
export interface FunctionMaker {
  make(text: string): MadeFunction;
}

export type MadeFunction =
  | { readonly kind: 'made'; readonly parameters: readonly string[]; readonly call: FunctionBody }
  | {
      readonly kind: 'refused';
      readonly place: Span;
      readonly message: string;
      readonly hint: string | null;
    };

/** For those who only look at rules: no function is right. */
export const NO_FUNCTIONS: FunctionMaker = {
  make: () => ({
    kind: 'refused',
    place: { start: 0, end: 1 },
    message: 'Functions cannot be run here.',
    hint: null,
  }),
};

/** The functions of a site. */
export interface Functions {
  readonly byName: ReadonlyMap<string, CustomFunction>;
  /** Those with errors too. */
  readonly names: ReadonlySet<string>;
  /** In order of files. */
  readonly issues: readonly Issue[];
}

export function isFunctionFile({ path }: SourceFile): boolean {
  return path.startsWith('functions/');
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const RESERVED = new Set(['true', 'false', 'if', 'and', 'or', 'not', 'AND', 'OR', 'NOT']);

/** Reads the files of the folder `functions/`: `functions/dewPoint.js` holds the function `dewPoint`. */
export function readFunctions(files: readonly SourceFile[], maker: FunctionMaker): Functions {
  const byName = new Map<string, CustomFunction>();
  const names = new Set<string>();
  const issues: Issue[] = [];
  for (const file of files.filter(isFunctionFile)) {
    const name = file.path.slice('functions/'.length).replace(/\.js$/, '');
    const problem = nameProblem(name);
    names.add(name);
    if (problem !== null) {
      issues.push(issue(file, { start: 0, end: 1 }, { code: 'bad-name', ...problem }));
      continue;
    }
    const made = maker.make(file.text);
    if (made.kind === 'made') byName.set(name, new CustomFunction(name, file.text, made));
    else issues.push(issue(file, made.place, { code: 'bad-function', ...made }));
  }
  return { byName, names, issues };
}

function nameProblem(name: string): Pick<Issue, 'message' | 'hint'> | null {
  if (Object.hasOwn(SCALAR_FUNCTIONS, name) || AGGREGATE_NAMES.has(name)) {
    const message = `\`${name}\` is a function of the rule language.`;
    return { message, hint: 'Call the file something else.' };
  }
  if (NAME.test(name) && !RESERVED.has(name)) return null;
  const hint =
    'It is made of letters, digits and `_`, does not begin with a digit, and is no word of expressions.';
  return { message: `\`${name}\` is no name of a function.`, hint };
}

function issue(
  { path, text }: SourceFile,
  { start, end }: Span,
  { code, message, hint }: Pick<Issue, 'code' | 'message' | 'hint'>,
): Issue {
  const lines = new LineIndex(text);
  const place = lines.position(start);
  const last = lines.position(end);
  const endOfPlace = last.line === place.line ? last.column : lines.endColumn(place.line);
  const endColumn = Math.max(endOfPlace, place.column + 1);
  return { file: path, ...place, endColumn, code, severity: 'error', message, hint };
}
