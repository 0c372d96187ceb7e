import type { View } from '../supply.js';
import type { TopicPattern } from '../topic-pattern.js';
import type { Document } from './document.js';
import { child, headOf, type JsonNode, textOf } from './json-tree.js';
import { parseTopicPattern } from './parse-topic-pattern.js';
import { readLets } from './read-lets.js';
import type { RuleContext } from './rule-context.js';
import type { Supplies } from './supplies.js';
import { FILE_KEYS, readSignalParts, type SupplyDraft } from './supply-draft.js';
import { viewShape } from './supply-shape.js';

const KEYS: ReadonlySet<string> = new Set([...FILE_KEYS, ...Object.keys(viewShape.shape)]);

/** Reads one view and reports every mistake of form; `null` if it is no object. */
export function readView(document: Document, node: JsonNode, supplies: Supplies): SupplyDraft<View> | null {
  const shape = document.read(node, viewShape, node === document.root ? FILE_KEYS : undefined);
  if (node.kind !== 'object') return null;
  const parts = readSignalParts(document, node, supplies);
  const { context, rule } = parts;
  const emitNode = child(node, 'emit');
  const emitted = readLets(context, emitNode, 'emit');
  if (emitNode?.kind === 'object' && emitted.length === 0) {
    const hint = 'Name what a row has: { "temp": "temp", "mean": { "avg": "temp", "over": "5m" } }.';
    context.report(headOf(emitNode), { code: 'empty-list', message: '`emit` must not be empty.', hint });
  }
  // Fields are checked as `let` signals are, under names that none can have.
  const fields = emitted.map((one) =>
    context.mark({ ...one, name: `emit ${one.name}` }, context.placeOf(one)),
  );
  const publish = readPublish(context, child(node, 'publish'));
  return {
    ...parts,
    rule: { ...rule, lets: [...rule.lets, ...fields] },
    keys: KEYS,
    finish: ({ groupBy, tables, functions }) => ({
      kind: 'view',
      id: rule.id,
      title: shape?.title ?? null,
      description: shape?.description ?? null,
      inputs: rule.inputs,
      groupBy,
      lets: rule.lets,
      tables,
      functions,
      everyMs: shape?.every ?? null,
      emit: emitted.map(({ name, signal }) => ({ field: name, signal })),
      publish,
      forgetAfterMs: shape?.forgetAfter ?? 0,
      maxInstances: shape?.maxInstances ?? 1,
    }),
  };
}

function readPublish(context: RuleContext, node: JsonNode | undefined): TopicPattern | null {
  const text = textOf(node);
  if (node === undefined || text === null) return null;
  const parsed = parseTopicPattern(text);
  if (parsed.kind === 'refused') {
    const { message, hint, range } = parsed;
    context.report(context.inText(node, range), { code: 'bad-topic', message, hint });
    return null;
  }
  if (!parsed.pattern.hasWildcard) return parsed.pattern;
  const message = 'Nothing can be published to a topic with wildcards.';
  context.report(node, { code: 'bad-topic', message, hint: 'Use labels: "tocsin/views/{line}/{machine}".' });
  return null;
}

/** Every label of the topic must be one of the row, and two rows must not share a topic. */
export function checkPublish(
  { node, context }: Pick<SupplyDraft<View>, 'node' | 'context'>,
  { publish, groupBy }: View,
): void {
  const place = child(node, 'publish');
  if (publish === null || place === undefined) return;
  for (const label of publish.captures) {
    if (groupBy.includes(label)) continue;
    const message = `Rows of this view have no label \`${label}\`.`;
    context.report(place, { code: 'unknown-label', message });
  }
  const missing = groupBy.filter((label) => !publish.captures.includes(label));
  if (missing.length === 0) return;
  const names = missing.map((label) => `{${label}}`).join(', ');
  const message = `Rows that differ in ${names} only would be published to one topic.`;
  context.report(place, { code: 'bad-topic', message, hint: `Add ${names} to the topic.` });
}
