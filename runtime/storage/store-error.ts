import { systemErrorText } from '../site/system-error.js';
import { type DatabaseFailure, databaseFailure } from './database.js';
import { SiteLocked } from './site-lock.js';
import { NewerDatabase } from './state-database.js';
import { StoreError, type StoreErrorKind } from './store.js';

/** Any error in the words and kinds that matter to those who asked the store for something. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof SiteLocked) return new StoreError(error.message, 'locked');
  if (error instanceof NewerDatabase) return new StoreError(error.message, 'newer');
  const text = systemErrorText(error);
  if (text !== null) return new StoreError(text, systemKind(error));
  const failure = databaseFailure(error);
  if (failure === 'full') return new StoreError('the disk is full', 'full');
  const message = error instanceof Error ? error.message : String(error);
  return new StoreError(message, failure === null ? 'failed' : KINDS[failure]);
}

const KINDS: Readonly<Record<DatabaseFailure, StoreErrorKind>> = {
  busy: 'failed',
  full: 'full',
  damaged: 'failed',
  denied: 'denied',
  io: 'failed',
  refused: 'failed',
  other: 'failed',
};

function systemKind(error: unknown): StoreErrorKind {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  switch (code) {
    case 'ENOSPC':
      return 'full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return 'denied';
    default:
      return 'failed';
  }
}
