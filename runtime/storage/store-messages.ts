import type { Store, StoreErrorKind } from './store.js';

/** What goes to the thread that stores, and what comes back. */
export interface StoreRequest {
  readonly id: number;
  readonly method: keyof Store;
  readonly parameters: readonly unknown[];
}

export type StoreReply =
  | { readonly id: number; readonly value: unknown; readonly error?: undefined }
  | { readonly id: number; readonly error: { readonly message: string; readonly kind: StoreErrorKind } };
