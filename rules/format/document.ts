import type { z } from 'zod';
import { explainShape } from './explain-shape.js';
import type { Issue, IssueSeverity } from './issue.js';
import type { IssueCode } from './issue-codes.js';
import { headOf, type JsonNode, plainObject, plainValue, type Span } from './json-tree.js';
import { LineIndex } from './line-index.js';
import { parseJson } from './parse-json.js';
import { opaqueKeysOf } from './schema-walk.js';

/** A file of a site as it was read; `path` is how issues name it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What is wrong, without the place. */
export interface Problem {
  readonly code: IssueCode;
  readonly message: string;
  readonly hint?: string | null;
  /** `error` by default. */
  readonly severity?: IssueSeverity;
}

/** The way to a value inside a document: keys and list indexes from the root. */
export type Path = readonly PropertyKey[];

/**
 * One JSON file of a site (comments and trailing commas accepted) with the place of every value, and the issues
 * found in it so far. It is how all our JSON files are read: rules, configuration, rule tests.
 *
 * ```ts
 * const { value, document } = readDocument({ path: 'tocsin.json', text }, configurationSchema);
 * if (value && value.http.port === value.mqtt.port) {
 *   document.report(document.at(['http', 'port']), { code: 'invalid-value', message: 'Both want port 1883.' });
 * }
 * return { value: document.hasErrors ? null : value, issues: document.issues };
 * ```
 */
export class Document {
  readonly path: string;
  /** Without a byte order mark; offsets of spans count in this. */
  readonly text: string;
  /** The text is no JSON; `root` may be there all the same, if what is wrong can be read over (a missing comma). */
  readonly isBroken: boolean;
  /** `null`: the text could not be read as JSON, and the issues say why. */
  readonly root: JsonNode | null;
  readonly #lines: LineIndex;
  /** Sorted; made when asked for. */
  #errorOffsets: number[] | null = null;
  /** Where numbers stand that are no numbers any more; their value was complained about once. */
  readonly #tooLarge = new Set<number>();
  readonly #issues: { issue: Issue; offset: number }[] = [];

  /** Never throws, whatever the text holds. */
  constructor(file: SourceFile) {
    this.path = file.path;
    this.text = file.text.startsWith('\uFEFF') ? file.text.slice(1) : file.text;
    this.#lines = new LineIndex(this.text);
    const { root, problems } = parseJson(this.text);
    this.root = root;
    this.isBroken = root === null || problems.some(({ code }) => code === 'syntax');
    for (const problem of problems) {
      this.report(problem, problem);
      if (problem.code === 'out-of-range') this.#tooLarge.add(problem.start);
    }
  }

  report(place: Span, problem: Problem): void {
    this.#errorOffsets = null;
    this.#issues.push({ offset: place.start, issue: this.#issueAt(place, problem) });
  }

  /**
   * Checks the shape of a value of this document; `null` if it is wrong, and then every mistake was reported.
   * Keys `elsewhere` are passed over, as another schema reads them; a misspelt one is still recognised.
   */
  read<Schema extends z.ZodType>(
    node: JsonNode,
    schema: Schema,
    elsewhere: ReadonlySet<string> = NO_KEYS,
  ): z.output<Schema> | null {
    const value =
      node.kind === 'object' ? plainObject(node, elsewhere, opaqueKeysOf(schema)) : plainValue(node);
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const { place, problem } of explainShape({ root: node, schema, elsewhere }, result.error.issues)) {
      if (!this.#tooLarge.has(place.start)) this.report(place, problem);
    }
    return null;
  }

  /** The place of a value by its path; of the nearest one around it if there is none (a key left to its default). */
  at(path: Path): Span {
    return this.root ? headOf(nodeAt(this.root, path).node) : { start: 0, end: 0 };
  }

  /** File, line and columns of a span, to name a place in a message about another one. */
  locate(span: Span): Pick<Issue, 'file' | 'line' | 'column' | 'endColumn'> {
    const { line, column } = this.#lines.position(span.start);
    const end = this.#lines.position(span.end);
    const endColumn = end.line === line ? end.column : this.#lines.endColumn(line);
    return { file: this.path, line, column, endColumn: Math.max(endColumn, column + 1) };
  }

  /** All issues so far, in order of their places. */
  get issues(): Issue[] {
    return [...this.#issues].sort((a, b) => a.offset - b.offset).map(({ issue }) => issue);
  }

  get hasErrors(): boolean {
    return this.#issues.some(({ issue }) => issue.severity === 'error');
  }

  /** Whether an error was reported on a part of this span. */
  hasErrorsIn({ start, end }: Span): boolean {
    this.#errorOffsets ??= this.#issues
      .filter(({ issue }) => issue.severity === 'error')
      .map(({ offset }) => offset)
      .sort((a, b) => a - b);
    const next = firstNotBelow(this.#errorOffsets, start);
    return next < this.#errorOffsets.length && (this.#errorOffsets[next] ?? end) < end;
  }

  #issueAt(place: Span, problem: Problem): Issue {
    const { code, message, hint = null, severity = 'error' } = problem;
    return { ...this.locate(place), code, severity, message, hint };
  }
}

/**
 * Reads a whole file by one schema. `value` is `null` if its shape is wrong; what only the reader of the value
 * can know (names, references) is reported on `document` afterwards. Never throws.
 */
export function readDocument<Schema extends z.ZodType>(
  file: SourceFile,
  schema: Schema,
): { value: z.output<Schema> | null; document: Document } {
  const document = new Document(file);
  const value = document.root === null ? null : document.read(document.root, schema);
  return { value: document.hasErrors ? null : value, document };
}

/** The index of the first of sorted numbers that is not below `bound`. */
function firstNotBelow(numbers: readonly number[], bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NO_KEYS: ReadonlySet<string> = new Set();

/** Follows a path as far as it goes. `rest` is what of the path does not exist. */
export function nodeAt(root: JsonNode, path: Path): { node: JsonNode; rest: Path } {
  let node = root;
  for (const [depth, step] of path.entries()) {
    const next =
      node.kind === 'object'
        ? node.properties.get(String(step))?.value
        : node.kind === 'array'
          ? node.items[Number(step)]
          : undefined;
    if (!next) return { node, rest: path.slice(depth) };
    node = next;
  }
  return { node, rest: [] };
}
