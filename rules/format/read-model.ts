import { didYouMean } from './did-you-mean.js';
import { type Document, nodeAt } from './document.js';
import {
  child,
  headOf,
  type JsonNode,
  type JsonObject,
  keyPlace,
  keysOf,
  textOf,
  textsOf,
} from './json-tree.js';
import type { ModelDeclaration, ModelKindFormat, ModelMaker, SettingsProblem } from './model-format.js';
import type { Supplies } from './supplies.js';
import { FILE_KEYS, readSignalParts, type SupplyDraft } from './supply-draft.js';
import { modelShape } from './supply-shape.js';

const KEYS: ReadonlySet<string> = new Set([...FILE_KEYS, ...Object.keys(modelShape.shape)]);

/** Reads one model and reports every mistake of form; `null` if it is no object. */
export function readModel(
  document: Document,
  node: JsonNode,
  { supplies, maker }: { readonly supplies: Supplies; readonly maker: ModelMaker },
): SupplyDraft<ModelDeclaration> | null {
  if (node.kind !== 'object') {
    document.read(node, modelShape);
    return null;
  }
  const kind = kindOf(document, node, maker);
  const ofKind = new Set(Object.keys(kind?.settings.shape ?? {}));
  // Keys of a kind that is not known are nobody's mistake.
  const elsewhere = kind === null ? keysOf(node).filter((key) => !KEYS.has(key)) : [...ofKind];
  const shape = document.read(node, modelShape, new Set([...elsewhere, ...FILE_KEYS]));
  const others = new Set(keysOf(node).filter((key) => !ofKind.has(key)));
  const settings = kind === null ? null : document.read(node, kind.settings, others);
  const parts = readSignalParts(document, node, supplies);
  const { rule } = parts;
  const names = [...rule.inputs, ...rule.lets].map(({ name }) => name);
  const features = textsOf(child(node, 'features')) ?? names;
  checkFeatures(document, child(node, 'features'), names);
  if (kind !== null && settings !== null) reportSettings(document, node, kind.check(settings, features));
  return {
    ...parts,
    keys: new Set([...KEYS, ...elsewhere]),
    finish: ({ groupBy, tables, functions }) => ({
      id: rule.id,
      kind: kind?.name ?? '',
      title: shape?.title ?? null,
      description: shape?.description ?? null,
      inputs: rule.inputs,
      groupBy,
      lets: rule.lets,
      tables,
      functions,
      features,
      everyMs: shape?.every ?? null,
      settings,
      train: { historyMs: shape?.train?.history ?? null, schedule: shape?.train?.schedule ?? null },
      forgetAfterMs: shape?.forgetAfter ?? 0,
      maxInstances: shape?.maxInstances ?? 1,
    }),
  };
}

/** Says what is wrong with what the kind of a model says. */
export function reportSettings(
  document: Document,
  node: JsonNode,
  problems: readonly SettingsProblem[],
): void {
  for (const { path, message, hint = null } of problems) {
    const found = nodeAt(node, path).node;
    const place = found === node ? keyPlace(node, String(path[0] ?? 'kind')) : headOf(found);
    const text = message.endsWith('.') ? message : `${message}.`;
    document.report(place, {
      code: 'invalid-value',
      message: path.length === 0 ? text : `\`${path.join('.')}\` ${text}`,
      hint,
    });
  }
}

function kindOf(document: Document, node: JsonObject, { kinds }: ModelMaker): ModelKindFormat | null {
  const place = child(node, 'kind');
  const name = textOf(place);
  if (place === undefined || name === null) return null;
  const kind = kinds.find((one) => one.name === name);
  if (kind !== undefined) return kind;
  const names = kinds.map((one) => one.name);
  const guess = didYouMean(name, names);
  const hint =
    guess === null
      ? `There are ${names.map((one) => `\`${one}\``).join(', ')}.`
      : `Did you mean \`${guess}\`?`;
  document.report(place, {
    code: 'invalid-value',
    message: `There is no kind of model called "${name}".`,
    hint,
  });
  return null;
}

function checkFeatures(document: Document, list: JsonNode | undefined, names: readonly string[]): void {
  if (list?.kind !== 'array') return;
  for (const [index, item] of list.items.entries()) {
    const name = textOf(item);
    if (name === null) continue;
    if (list.items.slice(0, index).some((other) => textOf(other) === name)) {
      document.report(item, { code: 'invalid-value', message: `\`features\` has \`${name}\` twice.` });
    } else if (!names.includes(name)) {
      const guess = didYouMean(name, names);
      document.report(item, {
        code: 'unknown-name',
        message: `\`${name}\` is no input or \`let\` signal of this model.`,
        hint: guess && `Did you mean \`${guess}\`?`,
      });
    }
  }
}
