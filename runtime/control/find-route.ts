import { ControlError } from './control-error.js';
import { CONTROL_ROUTES, type ControlRoute } from './control-routes.js';

/** The first part of every path: what is published under it keeps its form. */
export const PREFIX = '/v1';

export interface FoundRoute {
  readonly route: ControlRoute;
  readonly parameters: ReadonlyMap<string, string>;
}

const PATTERNS = CONTROL_ROUTES.map((route) => ({ route, parts: `${PREFIX}${route.path}`.split('/') }));

/**
 * The route for a request, with what stands for its `{…}`.
 *
 * @throws {ControlError} there is none
 */
export function findRoute(method: string, pathname: string): FoundRoute {
  const parts = pathname.split('/').map(decoded);
  const methods: string[] = [];
  for (const { route, parts: pattern } of PATTERNS) {
    const parameters = match(pattern, parts);
    if (parameters === null) continue;
    if (route.method === method) return { route, parameters };
    methods.push(route.method);
  }
  if (methods.length === 0) throw new ControlError('not-found', `there is nothing at ${pathname}`);
  throw new ControlError('method-not-allowed', `${pathname} takes ${methods.join(', ')}, not ${method}`);
}

function match(pattern: readonly string[], parts: readonly string[]): Map<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const parameters = new Map<string, string>();
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (expected.startsWith('{')) parameters.set(expected.slice(1, -1), part);
    else if (expected !== part) return null;
  }
  return parameters;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ControlError('invalid-request', `"${part}" in the path is not encoded as URLs are`);
  }
}
