/** Secrets come from where the configuration says and show themselves to nobody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { fetchSecret, MissingSecret, Secret } from '../../../runtime/site/secret.js';

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

test('prints as ***', () => {
  const secret = new Secret('hunter2');
  const shown = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    format('%o %s', secret, secret),
  ];
  expect(shown.join()).not.toContain('hunter2');
  expect(JSON.stringify(secret)).toBe('"***"');
  expect(secret.reveal()).toBe('hunter2');
});

test('from the environment', () => {
  expect(fetchSecret({ kind: 'environment', name: 'PW' }, { folder: '.', env: { PW: 'a' } }).reveal()).toBe(
    'a',
  );
});

test.each([
  ['hunter2\n', 'hunter2'],
  ['hunter2\r\n', 'hunter2'],
  ['two\nlines', 'two\nlines'],
])('from a file: %j', (content, expected) => {
  const folder = folderWith({ pw: content });
  expect(fetchSecret({ kind: 'file', path: 'pw' }, { folder, env: {} }).reveal()).toBe(expected);
});

test.each([
  [{ kind: 'environment', name: 'PW' } as const, 'the environment variable PW is not set'],
  [{ kind: 'environment', name: 'EMPTY' } as const, 'the environment variable EMPTY is empty'],
  [{ kind: 'file', path: 'none' } as const, 'the file none cannot be read: there is no such file or folder'],
  [{ kind: 'file', path: 'empty' } as const, 'the file empty is empty'],
])('missing: %j', (reference, message) => {
  const folder = folderWith({ empty: '\n' });
  expect(() => fetchSecret(reference, { folder, env: { EMPTY: '' } })).toThrow(new MissingSecret(message));
});
