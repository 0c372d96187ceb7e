import { type AnyNode, type Identifier, parse } from 'acorn';

/** Where something is wrong in the text of a function, and what. */
export class FunctionError extends Error {
  readonly start: number;
  readonly end: number;
  readonly hint: string | null;

  constructor({ start, end }: { start: number; end: number }, message: string, hint: string | null = null) {
    super(message);
    this.start = start;
    this.end = end;
    this.hint = hint;
  }
}

export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

/** A text that was taken apart: one function, with nothing in it that could give another result another time. */
export interface FunctionSource {
  readonly parameters: readonly string[];
  readonly node: FunctionNode;
}

/** What a function may name beside what it declares. Mathematics, and how to tell that something is wrong. */
export const GLOBALS: ReadonlySet<string> = new Set([
  ...['Math', 'Number', 'String', 'Boolean', 'parseFloat', 'parseInt', 'isFinite', 'isNaN'],
  ...['Error', 'RangeError', 'TypeError', 'NaN', 'Infinity', 'undefined'],
]);

/** Names that are the program's own in the script that is made of it. */
export const OWN_PREFIX = '$tocsin';

const FORBIDDEN: Partial<Record<AnyNode['type'], string>> = {
  ThisExpression: '`this`',
  ClassDeclaration: 'A class',
  ClassExpression: 'A class',
  ImportExpression: '`import`',
  MetaProperty: '`import.meta` or `new.target`',
  AwaitExpression: '`await`',
  YieldExpression: '`yield`',
};

const FORBIDDEN_PROPERTIES = new Set(['constructor', 'prototype', '__proto__', 'caller', 'callee']);

const ONE_FUNCTION = 'Write function name(a, b) { … }, and nothing beside it.';

/**
 * Takes the text of a function apart.
 *
 * @throws {FunctionError} it is no JavaScript, not one function, or one that is not pure
 */
export function readFunctionSource(text: string): FunctionSource {
  const node = onlyFunction(parsed(text));
  const parameters = node.params.map((parameter) => {
    if (parameter.type === 'Identifier') return parameter.name;
    const hint = 'A call gives all of them, as numbers, booleans or texts.';
    throw new FunctionError(parameter, 'A parameter is a plain name.', hint);
  });
  if (parameters.length === 0)
    throw new FunctionError(headOf(node), 'A function takes at least one argument.', null);
  checkPure(node);
  return { parameters, node };
}

function parsed(text: string): AnyNode[] {
  try {
    return parse(text, { ecmaVersion: 2023, sourceType: 'module' }).body;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const start = 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
    const message = `${error.message.replace(/ \(\d+:\d+\)$/, '')}.`;
    throw new FunctionError({ start, end: start + 1 }, message, null);
  }
}

function onlyFunction(body: readonly AnyNode[]): FunctionNode {
  const [first, second] = body;
  if (first === undefined)
    throw new FunctionError({ start: 0, end: 1 }, 'There is no function in the file.', ONE_FUNCTION);
  const node = declaredBy(first);
  if (node.type !== 'FunctionDeclaration' && node.type !== 'ArrowFunctionExpression')
    throw new FunctionError(first, 'A file of `functions/` holds one function.', ONE_FUNCTION);
  if (second !== undefined)
    throw new FunctionError(second, 'A file holds one function, and this is beside it.', ONE_FUNCTION);
  return node;
}

function declaredBy(statement: AnyNode): AnyNode {
  if (statement.type === 'ExportDefaultDeclaration') return statement.declaration;
  return statement.type === 'ExpressionStatement' ? statement.expression : statement;
}

function checkPure(top: FunctionNode): void {
  const declared = new Set<string>();
  const references: Identifier[] = [];
  walk(top, (node, parent) => {
    const what = FORBIDDEN[node.type];
    if (what !== undefined) throw new FunctionError(node, `${what} is not allowed in a function.`, null);
    if (isFunction(node)) {
      if (node.async === true || node.generator === true)
        throw new FunctionError(
          headOf(node),
          'A function gives its result at once: no `async`, no `*`.',
          null,
        );
      if (node !== top && node.id) declared.add(node.id.name);
      for (const parameter of node.params) declare(parameter, declared);
    }
    if (node.type === 'VariableDeclarator') declare(node.id, declared);
    if (node.type === 'CatchClause' && node.param) declare(node.param, declared);
    if (node.type === 'Literal') checkLiteral(node);
    if (node.type === 'MemberExpression' && !node.computed) checkProperty(node.property);
    if (node.type === 'Identifier' && isReference(node, parent) && node !== top.id) references.push(node);
  });
  for (const reference of references) checkReference(reference, declared, top.id?.name ?? null);
}

function checkReference(reference: Identifier, declared: ReadonlySet<string>, own: string | null): void {
  const { name } = reference;
  if (name.startsWith(OWN_PREFIX))
    throw new FunctionError(reference, `Names that begin with \`${OWN_PREFIX}\` are taken.`, null);
  if (declared.has(name) || GLOBALS.has(name)) return;
  if (name === own) throw new FunctionError(reference, 'A function cannot call itself.', 'Write a loop.');
  throw new FunctionError(
    reference,
    `\`${name}\` is not declared in the function.`,
    'A function sees its arguments, what it declares itself, and `Math`: the same arguments must always give the same.',
  );
}

function checkLiteral(node: Extract<AnyNode, { type: 'Literal' }>): void {
  if (node.regex) throw new FunctionError(node, 'Regular expressions can run for ever.', 'Compare texts.');
  if (typeof node.bigint === 'string') throw new FunctionError(node, 'Numbers are plain numbers.', null);
}

function checkProperty(property: AnyNode): void {
  if (property.type !== 'Identifier') return;
  if (property.name === 'random')
    throw new FunctionError(property, '`random` would give another result another time.', null);
  if (FORBIDDEN_PROPERTIES.has(property.name))
    throw new FunctionError(property, `\`${property.name}\` is not allowed in a function.`, null);
}

/** Names of keys and labels stand for nothing. */
function isReference(node: AnyNode, parent: AnyNode): boolean {
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
  if (parent.type === 'Property') return parent.value === node || parent.computed;
  return !['LabeledStatement', 'BreakStatement', 'ContinueStatement'].includes(parent.type);
}

function declare(pattern: AnyNode, declared: Set<string>): void {
  switch (pattern.type) {
    case 'Identifier':
      declared.add(pattern.name);
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties)
        declare(property.type === 'Property' ? property.value : property, declared);
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) if (element !== null) declare(element, declared);
      break;
    case 'AssignmentPattern':
      declare(pattern.left, declared);
      break;
    case 'RestElement':
      declare(pattern.argument, declared);
      break;
    default:
  }
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** Every node, outer before inner; `after` inner before outer. */
export function walk(
  node: AnyNode,
  before: (node: AnyNode, parent: AnyNode) => void,
  after: (node: AnyNode) => void = () => undefined,
  parent: AnyNode = node,
): void {
  before(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value])
      if (isNode(child)) walk(child, before, after, node);
  }
  after(node);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The beginning of a function, which may be long. */
function headOf({ start, body }: FunctionNode): { start: number; end: number } {
  return { start, end: body.start };
}
