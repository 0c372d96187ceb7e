import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../rules/format/did-you-mean.js';
import type { SourceFile } from '../../rules/format/document.js';
import { packageFolder } from '../command-line/version.js';
import { systemErrorText } from '../site/system-error.js';
import { ALERTMANAGER_FORMAT } from './alertmanager-body.js';
import { type BodyFormat, TOCSIN_FORMAT } from './body-format.js';
import { FORMAT_NAMES } from './format-names.js';
import type { Scope } from './notice-values.js';
import type { Template } from './read-template.js';

export type FoundFormat =
  | { readonly kind: 'code'; readonly format: BodyFormat }
  | { readonly kind: 'template'; readonly file: SourceFile }
  | { readonly kind: 'none'; readonly message: string; readonly hint: string };

/** A format by its name: of the program, else a template of the site, else one that came with the program. */
export function findFormat(name: string, templateOf: (path: string) => SourceFile | null): FoundFormat {
  if (name === 'tocsin') return { kind: 'code', format: TOCSIN_FORMAT };
  if (name === 'alertmanager') return { kind: 'code', format: ALERTMANAGER_FORMAT };
  const path = `formats/${name}.json`;
  const file = templateOf(path) ?? (FORMAT_NAMES.includes(name) ? fileIn(packageFolder(), path) : null);
  if (file !== null) return { kind: 'template', file };
  const guess = didYouMean(name, FORMAT_NAMES);
  const hint = guess === null ? `There are ${FORMAT_NAMES.join(', ')}.` : `Did you mean "${guess}"?`;
  return { kind: 'none', message: `There is no format "${name}": neither in Tocsin nor as ${path}.`, hint };
}

/** `null`: there is none, or it cannot be read. */
export function fileIn(folder: string, path: string): SourceFile | null {
  try {
    return { path, text: readFileSync(join(folder, path), 'utf8') };
  } catch (error) {
    if (systemErrorText(error) === null) throw error;
    return null;
  }
}

export interface TemplateSettings {
  /** Secrets in the clear. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly timezone: string;
}

/** A template as the format of a receiver. */
export function templateFormat(template: Template, text: string, settings: TemplateSettings): BodyFormat {
  const { contentType, body } = template;
  const fingerprint = JSON.stringify([text, [...settings.parameters], settings.timezone]);
  return {
    contentType,
    fingerprint,
    render: (delivery) => {
      const [alert] = delivery.notice.alerts;
      if (alert === undefined) throw new Error('a notice of nothing');
      const scope: Scope = { ...settings, delivery, alert, row: null };
      return JSON.stringify(body(scope));
    },
  };
}

/** What is wrong with the parameters of a receiver. */
export function parameterProblems(template: Template, given: Iterable<string>): string[] {
  const names = [...given];
  return [
    ...template.parameters
      .filter((name) => !names.includes(name))
      .map((name) => `needs \`parameters.${name}\``),
    ...names
      .filter((name) => !template.parameters.includes(name))
      .map((name) => `knows no \`parameters.${name}\``),
  ];
}
