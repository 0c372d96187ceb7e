import { z } from 'zod';

/** What a request to the service can be answered with instead of a result; published. */
const CODES = [
  'invalid-request',
  'not-found',
  'method-not-allowed',
  'too-large',
  'refused',
  'timeout',
  'internal',
] as const;

export type ControlErrorCode = (typeof CODES)[number];

/** The HTTP status that goes with each. */
export const STATUS_OF: Readonly<Record<ControlErrorCode, number>> = {
  'invalid-request': 400,
  'not-found': 404,
  'method-not-allowed': 405,
  'too-large': 413,
  refused: 409,
  timeout: 503,
  internal: 500,
};

/** The one shape of errors: `{ "error": { "code": "refused", "message": "it is not latched" } }` */
export const errorShape = z.object({ error: z.object({ code: z.enum(CODES), message: z.string() }) });

/** A request that gets no result. The message is for people, and names no secret. */
export class ControlError extends Error {
  constructor(
    readonly code: ControlErrorCode,
    message: string,
  ) {
    super(message);
  }

  toJSON(): z.infer<typeof errorShape> {
    return { error: { code: this.code, message: this.message } };
  }
}
