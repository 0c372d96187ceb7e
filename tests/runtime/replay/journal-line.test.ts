// What an exported journal says of a message comes back as it was, with all that the engine goes by.
import { expect, test } from 'vitest';
import type { Message } from '../../../rules/reading.js';
import { journalLine } from '../../../runtime/replay/journal-line.js';
import { parseJournalLine } from '../../../runtime/replay/parse-journal-line.js';

const plain: Message = {
  topic: 'a/b',
  payload: 85,
  time: 1_767_225_600_000,
  arrival: 1_767_225_600_020,
  retain: false,
};

test.each<[string, Message]>([
  ['a plain one', plain],
  ['stored state', { ...plain, retain: true }],
  ['its connection', { ...plain, source: 'plant' }],
  ['the grace of its source', { ...plain, grace: 2_000 }],
])('%s', (_name, message) => {
  expect(parseJournalLine(journalLine({ kind: 'message', message }))).toEqual({ kind: 'message', message });
});
