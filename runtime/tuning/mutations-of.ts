import type { JsonObject } from '../../rules/format/json-tree.js';
import type { RuleOrigin } from '../../rules/format/load-rules.js';
import { itemMutations } from './item-mutations.js';
import type { Mutation, PlaceMutation } from './mutation.js';
import { type RulePlace, rulePlaces } from './rule-places.js';
import { valueMutations } from './value-mutations.js';
import { wordMutations } from './word-mutations.js';

/**
 * Every little change of a rule: each threshold, deadband, delay, window and count a little lower and higher, each comparator
 * its neighbour, each part left out that can be. Some may make it a rule that is refused.
 */
export function mutationsOf(rule: string, { document, node }: RuleOrigin): Mutation[] {
  if (node.kind !== 'object') return [];
  return rulePlaces(node, document.text).flatMap((place) =>
    mutationsAt(place, node).map((mutation) => ({
      span: spanOf(place),
      ...mutation,
      rule,
      address: [rule, ...place.path].join('.'),
    })),
  );
}

function mutationsAt(place: RulePlace, rule: JsonObject): PlaceMutation[] {
  switch (place.kind) {
    case 'value':
      return valueMutations(place, rule);
    case 'item':
      return itemMutations(place, rule);
    case 'word':
      return wordMutations(place);
    case 'object':
      return [];
  }
}

function spanOf(place: RulePlace) {
  return place.kind === 'word' ? place.span : place.node;
}
