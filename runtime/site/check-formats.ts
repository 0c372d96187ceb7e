import { Document } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import { findFormat, parameterProblems } from '../formats/find-format.js';
import { readTemplate } from '../formats/read-template.js';
import type { Configuration } from './configuration.js';
import type { SiteFiles } from './site-files.js';

/** Finds mistakes in the templates of a site, and receivers whose format does not exist or lacks something. */
export function checkFormats({ receivers }: Configuration, files: SiteFiles): Issue[] {
  const issues = files.formats.flatMap((file) => readTemplate(file).issues);
  if (files.configuration === null) return issues;
  const document = new Document(files.configuration);
  const before = document.issues.length;
  for (const { name, channel } of receivers) {
    if (channel.kind !== 'webhook') continue;
    const at = ['receivers', name, 'webhook'];
    const found = findFormat(
      channel.format,
      (path) => files.formats.find((file) => file.path === path) ?? null,
    );
    if (found.kind === 'none') {
      const { message, hint } = found;
      document.report(document.at([...at, 'format']), { code: 'invalid-value', message, hint });
    }
    const template = found.kind === 'template' ? readTemplate(found.file).template : null;
    const problems =
      template === null
        ? parametersOfCode(found.kind, channel.parameters)
        : parameterProblems(template, channel.parameters.keys());
    for (const problem of problems) {
      const message = `The format "${channel.format}" ${problem}.`;
      document.report(document.at([...at, 'parameters']), { code: 'invalid-value', message });
    }
  }
  return [...issues, ...document.issues.slice(before)];
}

function parametersOfCode(kind: string, parameters: ReadonlyMap<string, unknown>): string[] {
  return kind === 'code' ? [...parameters.keys()].map((name) => `knows no \`parameters.${name}\``) : [];
}
