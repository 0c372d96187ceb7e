import type { Input, InputSource } from '../rule.js';
import type { TopicPattern } from '../topic-pattern.js';
import { didYouMean } from './did-you-mean.js';
import { child, describeNode, headOf, type JsonNode, textOf } from './json-tree.js';
import { parseTopicPattern } from './parse-topic-pattern.js';
import type { RuleContext } from './rule-context.js';
import { inputShapes, NAME } from './rule-shape.js';
import { slotWords } from './slot.js';
import type { Reference, Supplies } from './supplies.js';

/** Reads the inputs of a rule in file order (rule reference, section 2). Broken ones are left out. */
export function readInputs(context: RuleContext, node: JsonNode | undefined, supplies: Supplies): Input[] {
  if (!node) return [];
  if (node.kind !== 'object') {
    const message = `\`inputs\` must be ${slotWords('inputs')}, not ${describeNode(node)}.`;
    context.report(headOf(node), { code: 'wrong-type', message });
    return [];
  }
  if (node.properties.size === 0) {
    const hint = 'Name what the rule reads: { "temp": "factory/{machine}/temperature" }.';
    context.report(headOf(node), { code: 'empty-list', message: '`inputs` must not be empty.', hint });
  }
  const inputs: Input[] = [];
  for (const [name, property] of node.properties) {
    checkName(context, name, property.key);
    const input = readInput(context, { name, node: property.value, supplies });
    if (input) inputs.push(context.mark(input, property.key));
  }
  return inputs;
}

/** Complains about the name of an input or `let` signal that is not formed as names are. */
export function checkName(context: RuleContext, name: string, place: { start: number; end: number }): void {
  if (name === 'true' || name === 'false') {
    const message = `\`${name}\` is a value in expressions and cannot be a name.`;
    context.report(place, { code: 'bad-name', message });
  } else if (!NAME.test(name)) {
    const message = `${JSON.stringify(name)} is no name.`;
    const hint = 'Names have letters, digits and _, and do not begin with a digit.';
    context.report(place, { code: 'bad-name', message, hint });
  }
}

function readInput(
  context: RuleContext,
  { name, node, supplies }: { name: string; node: JsonNode; supplies: Supplies },
): Input | null {
  const plain = { name, maxAgeMs: null, unit: null };
  const text = textOf(node);
  if (text !== null) {
    const source = readTopic(context, node, text, 'value');
    return source && { ...plain, source };
  }
  if (node.kind !== 'object') {
    const message = `An input is a topic pattern or an object, not ${describeNode(node)}.`;
    context.report(headOf(node), {
      code: 'wrong-type',
      message,
      hint: 'Write "factory/{machine}/temperature".',
    });
    return null;
  }
  switch (findForm(context, node)) {
    case 'topic': {
      const shape = context.document.read(node, inputShapes.topic);
      const topic = node.properties.get('topic')?.value;
      const source = shape && topic && readTopic(context, topic, shape.topic, shape.field);
      return source ? { name, source, maxAgeMs: shape.maxAge ?? null, unit: shape.unit ?? null } : null;
    }
    case 'view': {
      const shape = context.document.read(node, inputShapes.view);
      if (shape === null) return null;
      const { view, field } = shape;
      const pattern = findPattern(context, node, { reference: { kind: 'view', id: view, field }, supplies });
      return pattern && { ...plain, source: { kind: 'view', view, field, pattern } };
    }
    case 'model': {
      const shape = context.document.read(node, inputShapes.model);
      if (shape === null) return null;
      const { model, output } = shape;
      const reference = { kind: 'model', id: model, field: output } as const;
      const pattern = findPattern(context, node, { reference, supplies });
      return pattern && { ...plain, source: { kind: 'model', model, output, pattern } };
    }
    case null:
      return null;
  }
}

function findPattern(
  context: RuleContext,
  node: JsonNode,
  { reference, supplies }: { readonly reference: Reference; readonly supplies: Supplies },
): TopicPattern | null {
  const found = supplies.find(reference);
  if ('levels' in found) return found;
  const { part, code, message, hint } = found;
  const key = part === 'id' ? reference.kind : reference.kind === 'view' ? 'field' : 'output';
  context.report(child(node, key) ?? headOf(node), { code, message, hint });
  return null;
}

type InputForm = keyof typeof inputShapes;
const FORMS: readonly InputForm[] = ['topic', 'view', 'model'];

function findForm(context: RuleContext, node: Extract<JsonNode, { kind: 'object' }>): InputForm | null {
  const [form, second] = FORMS.filter((key) => node.properties.has(key));
  if (form !== undefined && second === undefined) return form;
  if (second !== undefined) {
    const message = `\`${form}\` and \`${second}\` each say where this input comes from.`;
    context.report(node.properties.get(second)?.key ?? node, {
      code: 'two-subjects',
      message,
      hint: 'Keep one.',
    });
    return null;
  }
  for (const [key, property] of node.properties) {
    const guess = didYouMean(key, FORMS);
    if (guess === null) continue;
    const message = `The key ${JSON.stringify(key)} has no meaning here.`;
    context.report(property.key, { code: 'unknown-key', message, hint: `Did you mean \`${guess}\`?` });
    return null;
  }
  const hint = 'Write { "topic": … }, { "view": … } or { "model": …, "output": … }.';
  context.report(headOf(node), {
    code: 'no-subject',
    message: 'Nothing here says where this input comes from.',
    hint,
  });
  return null;
}

function readTopic(context: RuleContext, node: JsonNode, text: string, field: string): InputSource | null {
  const parsed = parseTopicPattern(text);
  if (parsed.kind === 'parsed') return { kind: 'topic', pattern: parsed.pattern, field };
  const { message, hint, range } = parsed;
  context.report(context.inText(node, range), { code: 'bad-topic', message, hint });
  return null;
}
