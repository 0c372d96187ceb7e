import type { TopicPattern } from '../topic-pattern.js';

/** A pooled input counts the readings of several series together: it captures more than `groupBy`, or has a wildcard. */
export function isPooled(pattern: TopicPattern, groupBy: readonly string[]): boolean {
  return pattern.hasWildcard || pattern.captures.some((name) => !groupBy.includes(name));
}

/** The labels that a pattern finds in a topic that it matches. */
export function captured(pattern: TopicPattern, topic: string): Map<string, string> {
  const levels = topic.split('/');
  const labels = new Map<string, string>();
  pattern.levels.forEach((level, index) => {
    if (level.kind === 'capture') labels.set(level.name, levels[index] ?? '');
  });
  return labels;
}

/** The one topic of an input that is not pooled. */
export function filled(pattern: TopicPattern, labels: ReadonlyMap<string, string>): string {
  return pattern.levels
    .map((level) => (level.kind === 'capture' ? labels.get(level.name) : textOf(level)))
    .join('/');
}

/** The filter of a pool: captures of `groupBy` filled in, everything else open. */
export function poolFilter(
  pattern: TopicPattern,
  groupBy: readonly string[],
  labels: ReadonlyMap<string, string>,
): string {
  return pattern.levels
    .map((level) =>
      level.kind === 'capture'
        ? groupBy.includes(level.name)
          ? labels.get(level.name)
          : '+'
        : textOf(level),
    )
    .join('/');
}

function textOf(level: TopicPattern['levels'][number]): string {
  return level.kind === 'literal' ? level.text : level.kind === 'rest' ? '#' : '+';
}
