import type { EffectiveSite } from '../../../runtime/reload/effective-site.js';
import type { FoundFile, FoundFiles } from '../../../runtime/reload/found-files.js';

/** A rule file: each id with its threshold, or with more of the rule. */
export const file = (rules: Readonly<Record<string, number | object>>) =>
  JSON.stringify({
    rules: Object.entries(rules).map(([id, more]) => ({
      id,
      inputs: { temp: 'plant/{machine}/temp' },
      when: typeof more === 'number' ? `temp > ${more}` : 'temp > 0',
      ...(typeof more === 'number' ? {} : more),
    })),
  });
export const UNREADABLE = Symbol('unreadable');

/** Files of the folder `rules` by name, others by path; `null`: it cannot be listed. */
export type RulesFolder = Readonly<Record<string, string | typeof UNREADABLE>> | null;

export const issue = (path: string) =>
  ({
    file: path,
    line: 1,
    column: 1,
    endColumn: 2,
    code: 'unreadable-file',
    severity: 'error',
    message: 'Cannot be read: permission denied.',
    hint: null,
  }) as const;

export function found(rules: RulesFolder, configuration: string | null = null): FoundFiles {
  const read = (path: string, text: string | typeof UNREADABLE): FoundFile =>
    typeof text === 'string' ? { kind: 'text', path, text } : { kind: 'unreadable', issue: issue(path) };
  return {
    configuration: configuration === null ? null : read('tocsin.json', configuration),
    plan: new Map(
      Object.entries(rules ?? {}).map(([name, text]) => {
        const path = name.includes('/') ? name : `rules/${name}`;
        return [path, read(path, text)];
      }),
    ),
    folderProblems: rules === null ? [issue('rules')] : [],
  };
}

const shortName = (path: string) => path.replace('rules/', '');

/** What a step of a history expects: times in seconds, files by name. */
export function seen({ planFiles, views, lookAgainAt, isMissingAll }: EffectiveSite) {
  return {
    inForce: Object.fromEntries(planFiles.map(({ path, text }) => [shortName(path), text])),
    bad: Object.fromEntries(
      views
        .filter(({ state }) => state !== 'ok')
        .map(({ file: path, state, errors }) => [
          shortName(path),
          [state, ...errors.map(({ code }) => code)].join(' '),
        ]),
    ),
    again: lookAgainAt === null ? null : lookAgainAt / 1000,
    isMissingAll,
  };
}
