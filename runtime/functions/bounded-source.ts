import type { AnyNode } from 'acorn';
import { type FunctionSource, isFunction, OWN_PREFIX, walk } from './function-source.js';

/** What one call may take: rounds of loops, with every call inside it counted as a hundred. */
export const STEPS_MAX = 100_000;
const STEPS_OF_CALL = 100;

/**
 * The script of a function that counts its steps and throws when there are too many. Steps are counted, not milliseconds:
 * the same call must end in the same way in every replay, on any machine.
 */
export function boundedSource(text: string, { node }: FunctionSource): string {
  return `'use strict';
(() => {
  let steps = 0;
  const ${OWN_PREFIX}Step = (count) => {
    steps += count;
    if (steps > ${STEPS_MAX}) throw new Error('it takes more than ${STEPS_MAX} steps');
  };
  const ${OWN_PREFIX}Function = (${counted(text, node)});
  return (...args) => {
    steps = 0;
    return ${OWN_PREFIX}Function(...args);
  };
})()`;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

function counted(text: string, top: AnyNode): string {
  const insertions: Insertion[] = [];
  walk(
    top,
    (node) => insertions.push(...before(node)),
    (node) => insertions.push(...after(node)),
  );
  // Of several at one place the inner ones end first: they were noted first.
  insertions.sort((a, b) => a.at - b.at);
  let from = top.start;
  let result = '';
  for (const insertion of insertions) {
    result += text.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  return result + text.slice(from, top.end);
}

function before(node: AnyNode): Insertion[] {
  const body = countedBody(node);
  if (body === null) return [];
  const step = `${OWN_PREFIX}Step(${isFunction(node) ? STEPS_OF_CALL : 1})`;
  if (body.type === 'BlockStatement') return [{ at: body.start + 1, text: `${step};` }];
  return [{ at: body.start, text: isFunction(node) ? `(${step}, ` : `{ ${step}; ` }];
}

function after(node: AnyNode): Insertion[] {
  const body = countedBody(node);
  if (body === null || body.type === 'BlockStatement') return [];
  return [{ at: body.end, text: isFunction(node) ? ')' : ' }' }];
}

/** What runs again and again. */
function countedBody(node: AnyNode): AnyNode | null {
  switch (node.type) {
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return node.body;
    default:
      return isFunction(node) ? node.body : null;
  }
}
