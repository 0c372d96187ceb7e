/**
 * The JSON Schemas of site files say what the program says, as far as a schema can. Method: the language service that VS
 * Code uses reads them; right files, and the same with one random mistake, are given to it and to the loaders.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import type { SourceFile } from '../../../rules/format/document.js';
import type { Issue } from '../../../rules/format/issue.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { ALL_KINDS } from '../../../runtime/models/all-kinds.js';
import { modelMaker } from '../../../runtime/models/model-maker.js';
import { readTests } from '../../../runtime/rule-tests/read-tests.js';
import { siteSchemas } from '../../../runtime/schemas/site-schemas.js';
import { loadConfiguration } from '../../../runtime/site/configuration.js';
import { Editor } from '../../editor.js';
import { ROOT } from '../../house/source-files.js';
import { EXAMPLE_MODELS } from '../../rules/format/example-models.js';
import { EXAMPLE_FILES } from '../../rules/format/example-rules.js';
import { EXAMPLE_VIEWS } from '../../rules/format/example-views.js';
import { seededRandom } from '../../seeded-random.js';
import { CONFIGURATION_EXAMPLE } from './configuration-example.js';
import { type Json, mutated } from './random-mutation.js';

interface Kind {
  /** A path of such a file. */
  readonly path: string;
  readonly files: readonly string[];
  readonly issuesOf: (file: SourceFile) => readonly Issue[];
}

const schemas = new Map(siteSchemas().map(({ name, text }) => [name, text]));
const editor = new Editor((url) => schemas.get(url.split('/').at(-1) ?? '') ?? '', {
  'file:///site/schemas/tocsin.schema.json': '/site/tocsin.json',
  'file:///site/schemas/rules.schema.json': '/site/rules/*.json',
  'file:///site/schemas/views.schema.json': '/site/views/*.json',
  'file:///site/schemas/models.schema.json': '/site/models/*.json',
  'file:///site/schemas/tests.schema.json': '/site/tests/*.json',
});

const examples = (kind: string): string[] =>
  ['press-line', 'machine-temperature'].flatMap((site) => {
    const folder = join(ROOT, 'examples', site, kind);
    return readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  });

const KINDS: Readonly<Record<string, Kind>> = {
  configuration: {
    path: '/site/tocsin.json',
    files: [
      CONFIGURATION_EXAMPLE,
      ...['press-line', 'machine-temperature'].map((site) =>
        readFileSync(join(ROOT, 'examples', site, 'tocsin.json'), 'utf8'),
      ),
    ],
    issuesOf: (file) => loadConfiguration(file).issues,
  },
  rules: {
    path: '/site/rules/a.json',
    files: [...EXAMPLE_FILES, ...examples('rules')],
    issuesOf: (file) => loadRules([file]).issues,
  },
  views: {
    path: '/site/views/a.json',
    files: EXAMPLE_VIEWS,
    issuesOf: ({ text }) => loadRules([{ path: 'views/a.json', text }]).issues,
  },
  models: {
    path: '/site/models/a.json',
    files: EXAMPLE_MODELS,
    issuesOf: ({ text }) =>
      loadRules([{ path: 'models/a.json', text }], { models: modelMaker({ kinds: ALL_KINDS }) }).issues,
  },
  tests: {
    path: '/site/tests/a.json',
    files: examples('tests'),
    issuesOf: (file) => readTests(file, null).issues,
  },
};

/** Mistakes of form, which a schema sees; names, other files, and what goes together are for `check`. */
const OF_FORM = [
  'unknown-key',
  'missing-key',
  'wrong-type',
  'out-of-range',
  'bad-duration',
  'bad-name',
  'empty-list',
];

/** What goes together, which the schema does not say. */
const TOGETHER =
  /^(The receiver "[^"]+" needs `smtp`|There is a password but no `username`|There is no embedded broker to publish to|`within` needs `times` beside it|`times` needs `within` beside it|"to" is before "from"|This makes \d+ messages)/;

const errorsIn = (issues: readonly Issue[]) => issues.filter(({ severity }) => severity === 'error');

describe.each(Object.entries(KINDS))('%s', (_name, { path, files, issuesOf }) => {
  const problemsOf = (text: string) => editor.problems(path, text);

  test('nothing is underlined in right files, comments and trailing commas included', async () => {
    for (const text of files) expect(await problemsOf(text), text).toEqual([]);
    expect(files.length).toBeGreaterThan(2);
  });

  test('a random mistake of form is one for both, and what is right is right for both', async () => {
    const random = seededRandom(20_261_126);
    const differences: string[] = [];
    let wrong = 0;
    for (let round = 0; round < 600; round += 1) {
      const original: Json = parse(files[round % files.length] ?? '', [], { allowTrailingComma: true });
      const { what, value } = mutated(original, random);
      const text = JSON.stringify(value);
      const underlined = await problemsOf(text);
      const errors = errorsIn(issuesOf({ path, text }));
      const ofForm = errors.filter(({ code, message }) => OF_FORM.includes(code) && !TOGETHER.test(message));
      if (errors.length === 0 && underlined.length > 0)
        differences.push(`${what}\n  only the editor: ${underlined}`);
      if (ofForm.length > 0 && underlined.length === 0)
        differences.push(
          `${what}\n  only the program: ${ofForm.map(({ code, message }) => `${code} ${message}`)}`,
        );
      if (ofForm.length > 0) wrong += 1;
    }
    expect(differences).toEqual([]);
    expect(wrong).toBeGreaterThan(200);
  });
});
