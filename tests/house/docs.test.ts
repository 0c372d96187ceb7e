/** What README and docs name is there: files that links lead to, commands and their options, keys of the configuration. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../runtime/command-line/commands.js';
import { ROOT } from './source-files.js';

const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** A word after the name of the program: `tocsin check`, `npx tocsin replay --input …`. */
const COMMAND = /(?<![\w/.@-])tocsin ([a-z][a-z-]*)([^`\n]*)/g;

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const code = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ...text.matchAll(/(?<!`)`([^`]+)`(?!`)/g)]
    .map(([, inner = '']) => inner)
    .join('\n');

  test('its links lead somewhere', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    const missing = links.filter(
      (link) => !/^https?:/.test(link) && !existsSync(join(ROOT, dirname(page), link)),
    );
    expect(missing).toEqual([]);
  });

  test('its commands and their options exist', async () => {
    const wrong: string[] = [];
    for (const [line, name = '', rest = ''] of code.matchAll(COMMAND)) {
      const help = await COMMANDS.find((command) => command.name === name)?.load();
      if (help === undefined) wrong.push(line);
      for (const [option] of rest.matchAll(/(?<=\s)--[a-z-]+/g)) {
        if (help !== undefined && option !== '--help' && !help.help.includes(option))
          wrong.push(`${line}: ${option}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('the pages are found, and what they do not have is', () => {
  expect(PAGES).toContain('docs/rules.md');
  expect([...'run `tocsin chek --jsn`'.matchAll(COMMAND)].map(([, name]) => name)).toEqual(['chek']);
});
