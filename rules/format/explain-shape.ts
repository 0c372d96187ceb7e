import type { z } from 'zod';
import { didYouMean } from './did-you-mean.js';
import { nodeAt, type Path, type Problem } from './document.js';
import type { CustomProblem } from './expectation.js';
import type { IssueCode } from './issue-codes.js';
import { describeNode, headOf, type JsonNode, keyPlace, plainValue, quote, type Span } from './json-tree.js';
import { alternatives, expectationOf, keySchemaAt, keysOf, schemaAt } from './schema-walk.js';

export interface PlacedProblem {
  readonly place: Span;
  readonly problem: Problem;
}

/** What was checked. `elsewhere`: further keys that the value may have. */
export interface CheckedShape {
  readonly root: JsonNode;
  readonly schema: z.core.$ZodType;
  readonly elsewhere: ReadonlySet<string>;
}

/** One issue of zod's with the schema that raised it and its path from the value that was checked. */
interface Finding {
  readonly issue: z.core.$ZodIssue;
  readonly path: Path;
  readonly schema: z.core.$ZodType | null;
}

/**
 * What zod found, in our words and with its place in the file. Unknown keys get a "did you mean"; of a union only
 * the alternative that was meant is explained; a required key that was only misspelt is not missed a second time.
 */
export function explainShape(
  { root, schema, elsewhere }: CheckedShape,
  issues: readonly z.core.$ZodIssue[],
): PlacedProblem[] {
  const findings = issues.flatMap((issue) =>
    settleUnion({ issue, path: issue.path, schema: raisedBy(schema, issue) }),
  );
  const explained: PlacedProblem[] = [];
  const misspelt = new Map<JsonNode, Set<string>>();
  for (const { issue, path, schema } of findings) {
    if (issue.code !== 'unrecognized_keys') continue;
    const { node } = nodeAt(root, path);
    const known = path.length === 0 ? [...keysOf(schema), ...elsewhere] : keysOf(schema);
    const unknown = explainUnknownKeys(node, issue.keys, known);
    explained.push(...unknown.problems);
    misspelt.set(node, unknown.meant);
  }
  for (const finding of findings) {
    if (finding.issue.code === 'unrecognized_keys') continue;
    const { node, rest } = nodeAt(root, finding.path);
    const missing = rest[0];
    if (finding.issue.code === 'invalid_key') explained.push(explainKey(root, finding));
    else if (missing === undefined)
      explained.push({ place: headOf(node), problem: explainValue(finding, node) });
    else if (!misspelt.get(node)?.has(String(missing))) {
      explained.push({ place: headOf(node), problem: explainMissing(finding, String(missing)) });
    }
  }
  return explained;
}

/**
 * The problems of keys that mean nothing, and the keys that they were probably meant to be.
 * `known`: the keys there are, without those that the object has already.
 */
function explainUnknownKeys(
  node: JsonNode,
  keys: readonly string[],
  known: readonly string[],
): { problems: PlacedProblem[]; meant: Set<string> } {
  const meant = new Set<string>();
  const problems: PlacedProblem[] = [];
  if (node.kind !== 'object') return { problems, meant };
  const free = known.filter((key) => !node.properties.has(key));
  for (const key of keys) {
    const place = node.properties.get(key)?.key ?? headOf(node);
    const guess = didYouMean(key, free);
    if (guess !== null) meant.add(guess);
    const hint = guess === null ? `Possible here: ${listKeys(free)}.` : `Did you mean \`${guess}\`?`;
    problems.push({
      place,
      problem: { code: 'unknown-key', message: `The key ${quote(key)} has no meaning here.`, hint },
    });
  }
  return { problems, meant };
}

/** "`a`, `b` or `c`", at most a dozen. */
function listKeys(keys: readonly string[]): string {
  if (keys.length === 0) return 'no further key';
  const shown = keys.slice(0, LISTED_MAX).map((key) => `\`${key}\``);
  return keys.length > LISTED_MAX ? `${shown.join(', ')} …` : shown.join(', ');
}

const LISTED_MAX = 12;

/**
 * Replaces the issue of a union by those of the alternative that was meant: the only one that takes a value of this
 * type, or else the one with the fewest complaints. If none takes this type, the union's own issue stays.
 */
function settleUnion(finding: Finding): Finding[] {
  const { issue, path, schema } = finding;
  if (issue.code !== 'invalid_union') return [finding];
  const options = alternatives(schema);
  const candidates = issue.errors
    .map((errors, index) => ({ errors, option: options[index] ?? null }))
    .filter(({ errors }) => !errors.some((error) => error.path.length === 0 && refusesType(error)))
    .sort((a, b) => a.errors.length - b.errors.length);
  const best = candidates[0];
  if (!best) return [finding];
  return best.errors.flatMap((error) =>
    settleUnion({
      issue: error,
      path: [...path, ...error.path],
      schema: best.option && raisedBy(best.option, error),
    }),
  );
}

/** The schema that an issue comes from: of a key, that of the record's keys. */
function raisedBy(schema: z.core.$ZodType, { code, path }: z.core.$ZodIssue): z.core.$ZodType | null {
  return code === 'invalid_key' ? keySchemaAt(schema, path.slice(0, -1)) : schemaAt(schema, path);
}

function refusesType(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_union';
}

/** A key of a record that is not formed as its keys are; the value is not to blame. */
function explainKey(root: JsonNode, { path, schema }: Finding): PlacedProblem {
  const key = String(path.at(-1));
  const { node } = nodeAt(root, path.slice(0, -1));
  const what = expectationOf(schema)?.what;
  const hint = what ? `Keys are ${what}.` : null;
  return {
    place: keyPlace(node, key),
    problem: { code: 'bad-name', message: `${quote(key)} is no key here.`, hint },
  };
}

function explainMissing(finding: Finding, key: string): Problem {
  const what = expectationOf(finding.schema)?.what;
  const hint = what ? `\`${key}\` is ${what}.` : null;
  return { code: 'missing-key', message: `The key "${key}" is missing.`, hint };
}

function explainValue(finding: Finding, node: JsonNode): Problem {
  const { issue } = finding;
  const subject = subjectOf(finding.path);
  switch (issue.code) {
    case 'too_small':
      return tooSmall(issue, subject);
    case 'too_big':
      return outOfRange(
        `${subject} ${sizeVerb(issue.origin)} at most ${issue.maximum}${unitOf(issue.origin)}`,
        node,
      );
    case 'invalid_value':
      return notOneOf(issue.values, subject, node);
    case 'custom':
      return custom(issue, subject);
    default:
      return wrongValue(finding, subject, node);
  }
}

function tooSmall(issue: z.core.$ZodIssueTooSmall, subject: string): Problem {
  const { origin, minimum, inclusive } = issue;
  if (origin === 'array' && minimum === 1)
    return { code: 'empty-list', message: `${subject} must not be empty.` };
  if (origin === 'string' && minimum === 1)
    return { code: 'out-of-range', message: `${subject} must not be empty.` };
  const bound = inclusive ? `at least ${minimum}` : `more than ${minimum}`;
  return { code: 'out-of-range', message: `${subject} ${sizeVerb(origin)} ${bound}${unitOf(origin)}.` };
}

function outOfRange(claim: string, node: JsonNode): Problem {
  const found = node.kind === 'scalar' && typeof node.value === 'number' ? `, not ${node.value}` : '';
  return { code: 'out-of-range', message: `${claim}${found}.` };
}

function sizeVerb(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'must have' : 'must be';
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

function notOneOf(values: readonly unknown[], subject: string, node: JsonNode): Problem {
  const words = values.filter((value) => typeof value === 'string');
  const guess =
    node.kind === 'scalar' && typeof node.value === 'string' ? didYouMean(node.value, words) : null;
  const possible = values.map((value) => JSON.stringify(value)).join(', ');
  const message = `${subject} must be ${values.length > 1 ? 'one of ' : ''}${possible}, not ${describeNode(node)}.`;
  return { code: 'invalid-value', message, hint: guess && `Did you mean ${JSON.stringify(guess)}?` };
}

function custom(issue: z.core.$ZodIssueCustom, subject: string): Problem {
  const { code = 'invalid-value', hint = null }: Partial<CustomProblem> = issue.params ?? {};
  return { code, message: `${subject} ${issue.message}`, hint };
}

function wrongValue(finding: Finding, subject: string, node: JsonNode): Problem {
  const expectation = expectationOf(finding.schema);
  const code: IssueCode = expectation?.code ?? (refusesType(finding.issue) ? 'wrong-type' : 'invalid-value');
  const what = expectation?.what ?? zodExpected(finding.issue);
  return {
    code,
    message: `${subject} must be ${what}, not ${describeNode(node)}.`,
    hint: expectation?.hint?.(plainValue(node)) ?? listHint(finding.issue, node),
  };
}

/** One where a list of one belongs. */
function listHint(issue: z.core.$ZodIssue, node: JsonNode): string | null {
  const isOne = issue.code === 'invalid_type' && issue.expected === 'array' && node.kind === 'scalar';
  return isOne && node.value !== null ? `Put it into brackets: [${JSON.stringify(node.value)}].` : null;
}

function zodExpected(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return 'something else';
  return TYPE_WORDS.get(issue.expected) ?? issue.expected;
}

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/** How a message names the value at a path. */
function subjectOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'This';
  if (typeof last !== 'number') return `\`${String(last)}\``;
  const list = path.at(-2);
  return list === undefined ? `Entry ${last + 1}` : `Entry ${last + 1} of \`${String(list)}\``;
}
