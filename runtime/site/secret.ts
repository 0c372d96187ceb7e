import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { systemErrorText } from './system-error.js';

/** Where a secret is kept: never in the configuration itself. File paths are from the site's folder. */
export type SecretReference =
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string };

/** A text that shows itself to nobody who does not ask for it by name: logs, JSON and errors get `***`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

/** A secret that is not where the configuration says; the message says where it was looked for. */
export class MissingSecret extends Error {}

/**
 * Fetches a secret. A line break at the end of a file is not part of it.
 *
 * @throws {MissingSecret} there is none, or it is empty
 */
export function fetchSecret(
  reference: SecretReference,
  { folder, env }: { folder: string; env: Readonly<Record<string, string | undefined>> },
): Secret {
  const text =
    reference.kind === 'environment' ? env[reference.name] : readSecretFile(folder, reference.path);
  const where =
    reference.kind === 'environment'
      ? `the environment variable ${reference.name}`
      : `the file ${reference.path}`;
  if (text === undefined) throw new MissingSecret(`${where} is not set`);
  if (text === '') throw new MissingSecret(`${where} is empty`);
  return new Secret(text);
}

function readSecretFile(folder: string, path: string): string {
  try {
    return readFileSync(resolve(folder, path), 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new MissingSecret(`the file ${path} cannot be read: ${systemErrorText(error) ?? String(error)}`, {
      cause: error,
    });
  }
}
