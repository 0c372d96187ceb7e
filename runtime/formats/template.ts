import { type Markup, plainText } from './markup.js';
import { rowsOf, type Scope, type Value } from './notice-values.js';

/** What stands at a place of a body, to be filled in. `undefined` where there is nothing: the place is left out. */
export type Filling = (scope: Scope) => unknown;

/** One text with words in it. A word by itself keeps its type, and nothing of it is text of a markup. */
export function textFilling(parts: readonly (string | ((scope: Scope) => Value))[], markup: Markup): Filling {
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'function') {
    return (scope) => {
      const value = only(scope);
      return typeof value === 'string' ? plainText(value, markup) : (value ?? undefined);
    };
  }
  return (scope) =>
    parts.map((part) => (typeof part === 'string' ? part : plainText(shown(part(scope)), markup))).join('');
}

function shown(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function listFilling(
  items: readonly { readonly filling: Filling; readonly isMany: boolean }[],
): Filling {
  return (scope) =>
    items.flatMap(({ filling, isMany }) => {
      const value = filling(scope);
      if (value === undefined) return [];
      return isMany && Array.isArray(value) ? (value as unknown[]) : [value];
    });
}

export function objectFilling(entries: readonly (readonly [string, Filling])[]): Filling {
  return (scope) => {
    const filled = entries.map(([key, filling]) => [key, filling(scope)] as const);
    return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
  };
}

export type Repeated = 'alerts' | 'rows';

/** `$each`: something for each alert of a notice, or for each row of an alert. */
export function eachFilling(over: Repeated, max: number, of: Filling): Filling {
  return (scope) => {
    const scopes: Scope[] =
      over === 'alerts'
        ? scope.delivery.notice.alerts.map((alert) => ({ ...scope, alert }))
        : rowsOf(scope).map((row) => ({ ...scope, row }));
    return scopes
      .slice(0, max)
      .map(of)
      .filter((value) => value !== undefined);
  };
}

/** `$when`: what belongs to the value that a word has, or something else. */
export function choiceFilling(
  word: (scope: Scope) => Value,
  choices: ReadonlyMap<string, Filling>,
  otherwise: Filling | null,
): Filling {
  return (scope) => (choices.get(shown(word(scope))) ?? otherwise)?.(scope);
}

/** `$with`: something, unless a word stands for nothing. */
export function presentFilling(word: (scope: Scope) => Value, of: Filling): Filling {
  return (scope) => {
    const value = word(scope);
    return value === null || value === '' || value === false || value === 0 ? undefined : of(scope);
  };
}
