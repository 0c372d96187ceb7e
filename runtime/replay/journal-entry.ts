import type { SourceFile } from '../../rules/format/document.js';
import type { FoldedRecord } from './fold-record.js';

/** One line of an exported journal. */
export type JournalEntry = JournalHead | JournalArtefact | SnapshotPart | FoldedRecord;

/** The first line: what it is, and what was in force before its first record. */
export interface JournalHead {
  readonly kind: 'head';
  /** Of the program that wrote it. */
  readonly program: string;
  readonly gateway: string;
  /** The rule files in force; none at the very beginning. */
  readonly files: readonly SourceFile[];
  /** How large the saved state is that follows in parts; 0: the journal begins at the very beginning. */
  readonly snapshotBytes: number;
}

/** What a model has learnt, that a plan cites by its hash; before the saved state and all records. */
export interface JournalArtefact {
  readonly kind: 'artefact';
  /** As it was stored by the training. */
  readonly text: string;
}

/** A part of the saved state, in order, before any record. */
export interface SnapshotPart {
  readonly kind: 'snapshot';
  readonly data: Uint8Array;
}

/** Of the form of these lines. */
export const JOURNAL_FORMAT = 1;
