import type { StoreErrorKind } from './store.js';

/** What goes to a thread, and what comes back. */
export interface ThreadRequest {
  readonly id: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

export type ThreadReply =
  | { readonly id: number; readonly value: unknown; readonly error?: undefined }
  | { readonly id: number; readonly error: { readonly message: string; readonly kind: StoreErrorKind } };
