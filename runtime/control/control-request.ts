import type { z } from 'zod';
import { ControlError } from './control-error.js';

/** A request as a handler sees it. */
export interface ControlRequest {
  /** What stands for `{…}` in the path of its route, by name. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** The decoded JSON of the body; `undefined` without one. */
  readonly body: unknown;
}

/** @throws {ControlError} the route has no such parameter: a mistake of ours */
export function parameter({ parameters }: ControlRequest, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw new ControlError('internal', `the route has no {${name}}`);
  return value;
}

/**
 * A part of a request in the form that is declared for it.
 *
 * @param what names the part: `the body`
 * @throws {ControlError} it has another form; the message says where and what was expected
 */
export function checked<T>(shape: z.ZodType<T>, value: unknown, what: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const place = first === undefined || first.path.length === 0 ? what : `${what}, ${first.path.join('.')}`;
  throw new ControlError('invalid-request', `${place}: ${first?.message ?? 'is wrong'}`);
}
