/**
 * The arrows between the folders, and what a pure folder does without. Method: read the imports and the code of every
 * source file; a list of offences must be empty. The last test runs the checks on bad code, so that they can fail.
 */
import { expect, test } from 'vitest';
import { codeOf, type Import, importsOf, SOURCE_FOLDERS, sourceFiles } from './source-files.js';

/** Folders that a folder may import from, itself aside. */
const ARROWS: Readonly<Record<(typeof SOURCE_FOLDERS)[number], readonly string[]>> = {
  rules: [],
  models: ['rules'],
  'firmware-bridge': ['rules'],
  runtime: ['rules', 'models', 'firmware-bridge'],
};

const PURE_FOLDERS = ['rules', 'models'] as const;

/** Packages and built-in modules that a pure folder may use: they compute and nothing else. */
const PURE_PACKAGES = ['zod', 'jsonc-parser', 'simple-statistics', 'node:crypto'];

/** Of `node:crypto` only what always gives the same for the same. */
const PURE_CRYPTO = /^\{\s*(createHash|hash)\s*\}$/;

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(|\bperformance\b/, 'reads a clock'],
  [/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/, 'draws a random number'],
  [/\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'starts a timer'],
  [/\b(Promise|async|await)\b/, 'waits for a promise'],
  [/\bprocess\b\s*\.|\bglobalThis\b|\bfetch\(/, 'reaches out of the program'],
  [/\bconsole\b\s*\./, 'logs'],
];

test.each(SOURCE_FOLDERS)('%s imports along the arrows', (folder) => {
  const allowed: readonly string[] = [folder, ...ARROWS[folder]];
  const offences = offencesIn(folder, (file) =>
    importsOf(file)
      .filter((it) => it.file !== null && !allowed.includes(it.file.split('/')[0] ?? ''))
      .map((it) => `imports ${it.specifier}`),
  );
  expect(offences).toEqual([]);
});

test('the bridge takes from the rules only the types of a reading', () => {
  const offences = offencesIn('firmware-bridge', (file) =>
    importsOf(file)
      .filter((it) => it.file?.startsWith('rules/') && !(it.file === 'rules/reading.ts' && it.isType))
      .map((it) => `imports ${it.specifier}`),
  );
  expect(offences).toEqual([]);
});

test.each(PURE_FOLDERS)('%s is pure', (folder) => {
  const offences = offencesIn(folder, (file) => [
    ...impureImports(importsOf(file)),
    ...impureCode(codeOf(file)),
  ]);
  expect(offences).toEqual([]);
});

test('commands that need no broker load none', () => {
  for (const command of ['check', 'replay', 'test']) {
    const packages = packagesLoadedBy(`runtime/command-line/commands/${command}.ts`);
    expect(packages.filter((name) => /^(aedes|mqtt|nodemailer|node:http)$/.test(name))).toEqual([]);
  }
});

/** All that is loaded with a file, not counting what it loads only when needed. */
function packagesLoadedBy(start: string): string[] {
  const files = new Set([start]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const it of importsOf(file)) {
      if (it.isType || it.isDynamic) continue;
      if (it.file === null) packages.add(it.specifier);
      else files.add(it.file);
    }
  }
  return [...packages];
}

/** `rules/engine.ts: reads a clock` */
function offencesIn(folder: string, check: (file: string) => string[]): string[] {
  return sourceFiles(folder).flatMap((file) => check(file).map((offence) => `${file}: ${offence}`));
}

function impureImports(imports: readonly Import[]): string[] {
  return imports
    .filter((it) => it.file === null && !it.isType)
    .filter(
      (it) =>
        !PURE_PACKAGES.includes(it.specifier) ||
        (it.specifier === 'node:crypto' && !PURE_CRYPTO.test(it.names)),
    )
    .map((it) => `imports ${it.specifier}`);
}

function impureCode(code: string): string[] {
  return IMPURE.filter(([pattern]) => pattern.test(code)).map(([, offence]) => offence);
}

test('the checks find what they are for', () => {
  expect(sourceFiles('rules').length).toBeGreaterThan(5);
  expect(importsOf('runtime/command-line/commands.ts').map((it) => it.specifier)).toContain(
    './commands/check.js',
  );
  expect(impureCode('const t = Date.now(); setTimeout(f); await x; console.log(process.env)')).toHaveLength(
    5,
  );
  expect(impureCode('const d = new Date(ms); Date.UTC(1970, 0)')).toEqual([]);
  const bad = { file: null, isType: false, isDynamic: false };
  expect(impureImports([{ ...bad, specifier: 'node:fs', names: '{ readFileSync }' }])).toHaveLength(1);
  expect(impureImports([{ ...bad, specifier: 'node:crypto', names: '{ randomBytes }' }])).toHaveLength(1);
  expect(impureImports([{ ...bad, specifier: 'node:crypto', names: '{ createHash }' }])).toEqual([]);
});
