import type { Model, Supply, View } from '../supply.js';
import { shortened } from './check-cycles.js';
import { checkRule, type SiteParts } from './check-rule.js';
import type { Document } from './document.js';
import { child, describeNode, headOf, type JsonNode, type Span, textOf } from './json-tree.js';
import type { ModelDeclaration, ModelMaker } from './model-format.js';
import { orderGraph } from './order-graph.js';
import { readModel, reportSettings } from './read-model.js';
import { checkPublish, readView } from './read-view.js';
import { Supplies, type SupplyKind } from './supplies.js';
import { viewFileShape } from './supply-shape.js';

export interface LoadedSupplies {
  readonly views: readonly View[];
  readonly models: readonly Model[];
  /** What was declared of each of `models`. */
  readonly declarations: readonly ModelDeclaration[];
  /** For the inputs of rules. */
  readonly supplies: Supplies;
  /** Where each view and model that is right was read, by `kind:id`. */
  readonly origins: ReadonlyMap<string, SupplyOrigin>;
}

export interface SupplyOrigin {
  readonly id: string;
  readonly document: Document;
  readonly node: JsonNode;
}

interface Declared extends SupplyOrigin {
  readonly kind: SupplyKind;
}

/** Reads the views and models of a site, each after those that it reads. Whatever is wrong is an issue. */
export function loadSupplies(
  files: Readonly<Record<SupplyKind, readonly Document[]>>,
  maker: ModelMaker,
  parts: SiteParts,
): LoadedSupplies {
  const declared = [
    ...files.view.flatMap((document) =>
      viewNodes(document).map((node) => declaredIn('view', document, node)),
    ),
    ...files.model.flatMap((document) =>
      document.root === null ? [] : [declaredIn('model', document, document.root)],
    ),
  ];
  const byKey = uniqueByKey(declared);
  const inCycles = reportCycles(byKey);
  const loader = new Loader({ maker, parts }, byKey);
  for (const key of orderGraph(needsOf(byKey)).order) {
    const one = byKey.get(key);
    if (one !== undefined) loader.load(key, one, inCycles.has(key));
  }
  // Those without an id, and the second of an id, have mistakes of their own.
  for (const one of declared) if (byKey.get(keyOf(one)) !== one) loader.look(one);
  return loader.loaded;
}

class Loader {
  readonly #views: View[] = [];
  readonly #models: Model[] = [];
  readonly #declarations: ModelDeclaration[] = [];
  readonly #supplies = new Supplies();
  readonly #origins = new Map<string, SupplyOrigin>();

  constructor(
    private readonly from: { readonly maker: ModelMaker; readonly parts: SiteParts },
    all: ReadonlyMap<string, Declared>,
  ) {
    // Until it is read, and where it is read in a circle.
    for (const { kind, id } of all.values()) this.#supplies.set(kind, id, { state: 'broken' });
  }

  get loaded(): LoadedSupplies {
    return {
      views: this.#views,
      models: this.#models,
      declarations: this.#declarations,
      supplies: this.#supplies,
      origins: this.#origins,
    };
  }

  load(key: string, declared: Declared, isInCycle: boolean): void {
    const { kind, id, document, node } = declared;
    // What else is wrong with it shows when the circle is broken.
    if (isInCycle) return;
    const supply = this.look(declared);
    if (supply === null || document.isBroken || document.hasErrorsIn(node)) return;
    this.#origins.set(key, { id, document, node });
    if (supply.kind === 'view') this.#views.push(supply);
    else this.#models.push(supply);
    const fields = supply.kind === 'view' ? supply.emit.map(({ field }) => field) : supply.outputs;
    this.#supplies.set(kind, id, { state: 'right', groupBy: supply.groupBy, fields });
  }

  /** Reads and checks it; what it gives is right only where nothing was reported. */
  look({ kind, document, node }: Declared): Supply | null {
    return kind === 'view' ? this.#view(document, node) : this.#model(document, node);
  }

  #view(document: Document, node: JsonNode): View | null {
    const draft = readView(document, node, this.#supplies);
    if (draft === null) return null;
    const { rule } = checkRule(draft, this.from.parts, false);
    const view = draft.finish(rule);
    if (!document.hasErrorsIn(node)) checkPublish(draft, view);
    return view;
  }

  #model(document: Document, node: JsonNode): Model | null {
    const { maker, parts } = this.from;
    const draft = readModel(document, node, { supplies: this.#supplies, maker });
    if (draft === null) return null;
    const { rule } = checkRule(draft, parts, false);
    if (document.isBroken || document.hasErrorsIn(node)) return null;
    const declaration = draft.finish(rule);
    const made = maker.make(declaration);
    if (made.kind === 'refused') {
      reportSettings(document, node, made.problems);
      return null;
    }
    this.#declarations.push(declaration);
    const { id, inputs, groupBy, lets, features, everyMs, forgetAfterMs, maxInstances } = declaration;
    const own = { id, inputs, groupBy, lets, features, everyMs, forgetAfterMs, maxInstances };
    const { kind: kindName, title, tables: used, functions } = declaration;
    return { kind: 'model', kindName, title, ...own, tables: used, functions, ...made.parts };
  }
}

function keyOf({ kind, id }: Pick<Declared, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

function declaredIn(kind: SupplyKind, document: Document, node: JsonNode): Declared {
  return { kind, id: textOf(child(node, 'id')) ?? '', document, node };
}

/** A file holds one view, or an object with a list of them. */
function viewNodes(document: Document): readonly JsonNode[] {
  const { root } = document;
  if (root === null) return [];
  const views = child(root, 'views');
  if (views === undefined) return [root];
  document.read(root, viewFileShape);
  if (views.kind === 'array') return views.items;
  const message = `\`views\` must be a list, not ${describeNode(views)}.`;
  document.report(headOf(views), { code: 'wrong-type', message, hint: 'Put the views in brackets: [ … ].' });
  return [];
}

function uniqueByKey(declared: readonly Declared[]): Map<string, Declared> {
  const byKey = new Map<string, Declared>();
  for (const one of declared) {
    if (one.id === '') continue;
    const first = byKey.get(keyOf(one));
    if (first === undefined) {
      byKey.set(keyOf(one), one);
      continue;
    }
    const { file, line } = first.document.locate(idPlace(first));
    one.document.report(idPlace(one), {
      code: 'duplicate-id',
      message: `The id "${one.id}" is taken by the ${one.kind} in ${file}, line ${line}.`,
      hint: `Ids are unique among the ${one.kind}s of a site.`,
    });
  }
  return byKey;
}

function idPlace({ node }: Declared): Span {
  return child(node, 'id') ?? node;
}

function needsOf(byKey: ReadonlyMap<string, Declared>): Map<string, string[]> {
  return new Map(
    [...byKey].map(([key, { node }]) => [key, referencesIn(node).map(({ key: other }) => other)]),
  );
}

function referencesIn(node: JsonNode): { key: string; place: JsonNode }[] {
  const inputs = child(node, 'inputs');
  if (inputs?.kind !== 'object') return [];
  return [...inputs.properties.values()].flatMap(({ value }) =>
    (['view', 'model'] as const).flatMap((kind) => {
      const place = child(value, kind);
      const id = textOf(place);
      return place === undefined || id === null ? [] : [{ key: keyOf({ kind, id }), place }];
    }),
  );
}

/** Gives the keys of all that is in a circle. */
function reportCycles(byKey: ReadonlyMap<string, Declared>): Set<string> {
  const inCycles = new Set<string>();
  for (const cycle of orderGraph(needsOf(byKey)).cycles) {
    for (const key of cycle) inCycles.add(key);
    const [first = '', next] = cycle;
    const one = byKey.get(first);
    if (one === undefined) continue;
    const place = referencesIn(one.node).find(({ key }) => key === next)?.place ?? one.node;
    const ids = shortened(cycle).map((key) => key.replace(':', ' '));
    one.document.report(place, {
      code: 'source-cycle',
      message: `What is read here is made of itself: ${ids.join(' → ')}.`,
      hint: 'A view or model can only read what does not read it.',
    });
  }
  return inCycles;
}
