import { type Supply, suppliedPattern } from '../supply.js';
import type { TopicPattern } from '../topic-pattern.js';
import { didYouMean } from './did-you-mean.js';

export type SupplyKind = Supply['kind'];

/** What an input that reads a view or a model needs to know of it. */
export type SupplyEntry =
  | { readonly state: 'right'; readonly groupBy: readonly string[]; readonly fields: readonly string[] }
  /** It has errors, which were reported where it stands. */
  | { readonly state: 'broken' };

/** A field of a view, or an output of a model, as an input names it. */
export interface Reference {
  readonly kind: SupplyKind;
  readonly id: string;
  readonly field: string;
}

/** Why something cannot be read. `part`: what of the reference is wrong. */
export interface ReferenceProblem {
  readonly part: 'id' | 'field';
  readonly code: 'unknown-view' | 'unknown-model' | 'unknown-field' | 'broken-source';
  readonly message: string;
  readonly hint: string | null;
}

/** The views and models of a site that inputs can read, as far as they are read so far. */
export class Supplies {
  readonly #entries: Readonly<Record<SupplyKind, Map<string, SupplyEntry>>> = {
    view: new Map(),
    model: new Map(),
  };

  set(kind: SupplyKind, id: string, entry: SupplyEntry): void {
    this.#entries[kind].set(id, entry);
  }

  /** The pattern of its topics in the engine, or why there are none. */
  find({ kind, id, field }: Reference): TopicPattern | ReferenceProblem {
    const entry = this.#entries[kind].get(id);
    if (entry === undefined) return this.#unknown(kind, id);
    if (entry.state === 'broken') {
      const message = `The ${kind} "${id}" has errors, so nothing can read it.`;
      return { part: 'id', code: 'broken-source', message, hint: null };
    }
    if (entry.fields.includes(field)) return suppliedPattern({ kind, id, groupBy: entry.groupBy });
    const what = kind === 'view' ? 'field' : 'output';
    const guess = didYouMean(field, entry.fields);
    const names = entry.fields.map((name) => `\`${name}\``).join(', ');
    return {
      part: 'field',
      code: 'unknown-field',
      message: `The ${kind} "${id}" has no ${what} \`${field}\`.`,
      hint: guess === null ? `It has ${names}.` : `Did you mean \`${guess}\`?`,
    };
  }

  #unknown(kind: SupplyKind, id: string): ReferenceProblem {
    const guess = didYouMean(id, this.#entries[kind].keys());
    const example = `${kind}s/${/^[a-z0-9][a-z0-9-]*$/.test(id) ? id : 'name'}.json`;
    return {
      part: 'id',
      code: kind === 'view' ? 'unknown-view' : 'unknown-model',
      message: `There is no ${kind} with the id "${id}".`,
      hint: guess === null ? `A ${kind} is a file such as ${example}.` : `Did you mean \`${guess}\`?`,
    };
  }
}
