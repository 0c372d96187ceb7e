import type { AlertEvent } from '../../rules/alert-event.js';
import type { Rule } from '../../rules/rule.js';
import type { Route } from '../site/configuration.js';

/** Whom an alert goes to: to these (`[]`: it is only recorded), or to nobody, because nothing says where it belongs. */
export type Routed =
  /** `matching`: the routes that say when and how. */
  | { readonly kind: 'to'; readonly receivers: readonly string[]; readonly matching: readonly Route[] }
  | { readonly kind: 'nowhere' };

export interface RoutingOptions {
  readonly routes: readonly Route[];
  /** All that there are. */
  readonly receivers: readonly string[];
}

/**
 * Picks receivers: those that the rule names itself (`notify`), else those of the first route that matches, and of the
 * later ones as long as the matching ones continue. Without routes it is the only receiver, if there is just one.
 */
export function route(rule: Pick<Rule, 'notify'>, event: AlertEvent, options: RoutingOptions): Routed {
  const { routes, receivers } = options;
  const matching = matchingRoutes(event, routes);
  const named = rule.notify?.filter((name) => receivers.includes(name));
  if (rule.notify?.length === 0) return { kind: 'to', receivers: [], matching: [] };
  // Receivers that do not exist were reported at load; an alert that names only such ones still reaches somebody.
  if (named !== undefined && named.length > 0) return { kind: 'to', receivers: named, matching };
  if (routes.length === 0) {
    return receivers.length === 1 ? { kind: 'to', receivers, matching } : { kind: 'nowhere' };
  }
  if (matching.length === 0) return { kind: 'nowhere' };
  return { kind: 'to', receivers: [...new Set(matching.flatMap(({ to }) => to))], matching };
}

/**
 * Alerts of the program about itself go where a route sends them, else to everybody; never to the receiver they are about
 * (label `receiver`), which is the one that cannot be told.
 */
export function routeSystem(event: AlertEvent, options: RoutingOptions): Routed {
  const concerned = Object.hasOwn(event.labels, 'receiver') ? event.labels['receiver'] : undefined;
  const others = options.receivers.filter((name) => name !== concerned);
  const matching = matchingRoutes(event, options.routes);
  const named = [...new Set(matching.flatMap(({ to }) => to))];
  const routed = named.filter((name) => others.includes(name));
  if (matching.length > 0 && (routed.length > 0 || named.length === 0)) {
    return { kind: 'to', receivers: routed, matching };
  }
  return { kind: 'to', receivers: others, matching: [] };
}

/** The first that matches, and the later ones as long as the matching ones continue. */
export function matchingRoutes(event: AlertEvent, routes: readonly Route[]): Route[] {
  const matching: Route[] = [];
  for (const one of routes) {
    if (!matches(event, one)) continue;
    matching.push(one);
    if (!one.continues) break;
  }
  return matching;
}

function matches(event: AlertEvent, { match }: Route): boolean {
  for (const [key, values] of match) {
    const value = propertyOf(event, key);
    if (value === undefined || !values.includes(value)) return false;
  }
  return true;
}

function propertyOf({ severity, rule, labels }: AlertEvent, key: string): string | undefined {
  if (key === 'severity') return severity;
  if (key === 'rule') return rule;
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
