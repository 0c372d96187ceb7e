/** What a file of ours looks like: its size, its name, and words that do not belong in it. */
import { expect, test } from 'vitest';
import { SOURCE_FOLDERS, sourceFiles, sourceText } from './source-files.js';

/** At this length a file has a second concept in it. */
const LINES_MAX = 400;
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*((\.long)?\.test|\.d)?\.ts$/;
/** They name no concept, and so everything ends up in them. */
const EMPTY_NAMES = /^(utils?|helpers?|misc|common)\.ts$/;
/** Half-done work is finished or left out. (Written so that this file does not find itself.) */
const UNFINISHED = /\b(TO)(DO)\b|\b(FIX)(ME)\b/;

const files = [...SOURCE_FOLDERS, 'tests'].flatMap(sourceFiles);
const nameOf = (file: string) => file.split('/').at(-1) ?? '';

test('no file is too long', () => {
  const long = files.filter((file) => sourceText(file).trimEnd().split('\n').length > LINES_MAX);
  expect(long).toEqual([]);
  expect(files.length).toBeGreaterThan(20);
});

test('files are named in kebab case, after a concept', () => {
  expect(files.filter((file) => !NAME.test(nameOf(file)) || EMPTY_NAMES.test(nameOf(file)))).toEqual([]);
});

test('nothing is left half done', () => {
  expect(files.filter((file) => UNFINISHED.test(sourceText(file)))).toEqual([]);
});

test('comments name only documents that are here: the rule reference is docs/rules.md', () => {
  expect(files.filter((file) => /\b(RULES|DESIGN)\.md\b/.test(sourceText(file)))).toEqual([]);
});
