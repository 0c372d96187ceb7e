import { SEVERITIES, type Severity } from '../../../rules/rule.js';
import { durationMs, type Episode } from './episode.js';
import { clip, counted, labelText, leftAndRight, type Page, plural } from './page.js';
import { spanText } from './span-text.js';
import type { InstanceStory, RuleStory } from './story.js';
import { timelineCells } from './timeline.js';

/** A thousand instances must not scroll the story away; the rest is counted. */
const INSTANCES_MAX = 8;
const EPISODES_MAX = 4;

/** Told apart without colours too. */
const GLYPH: Readonly<Record<Severity, string>> = { info: '▂', warning: '▅', critical: '█' };
const COLOUR = { info: 'cyan', warning: 'yellow', critical: 'red' } as const;
const COLOUR_OF_GLYPH = new Map(SEVERITIES.map((severity) => [GLYPH[severity], COLOUR[severity]]));

/** A rule that fired: each instance with a bar over the whole time and its first alerts, the longest in alarm first. */
export function firedBlock(story: RuleStory, page: Page): string[] {
  const { rule } = story;
  const instances = [...story.instances.values()].sort(
    (a, b) => alarmMs(b, page) - alarmMs(a, page), // stable: equal ones stay in order of their first firing
  );
  const shown = instances.slice(0, INSTANCES_MAX);
  const rest = instances.slice(INSTANCES_MAX);
  return [
    page.style('bold', clip(rule.title === null ? rule.id : `${rule.id} · ${rule.title}`, page.width)),
    `  ${page.style('dim', axis(page))}`,
    ...shown.flatMap((instance) => instanceLines(instance, page)),
    ...(rest.length > 0 ? [`  … and ${plural(rest.length, 'more instance')}: ${tally(rest, page)}`] : []),
  ];
}

/** Start, middle and end of the bars below. */
function axis({ range, width, clock }: Page): string {
  const room = width - 2;
  const [start, middle, end] = [range.from, (range.from + range.to) / 2, range.to].map((time) =>
    clock(Math.round(time / 1000) * 1000),
  );
  const left = `${start} `.padEnd(Math.floor((room - (middle?.length ?? 0)) / 2) - 1, '─');
  const right = ` ${end}`;
  return `${`${left} ${middle} `.padEnd(room - right.length, '─')}${right}`;
}

function instanceLines(instance: InstanceStory, page: Page): string[] {
  const { episodes } = instance;
  const shown = episodes.length <= EPISODES_MAX ? episodes : episodes.slice(0, EPISODES_MAX - 1);
  const more = episodes.length - shown.length;
  const last = episodes.at(-1);
  const head = leftAndRight(labelText(instance.labels), tally([instance], page), page.width - 2);
  return [
    `  ${head.left}${head.right}`,
    `  ${bar(instance, page)}`,
    ...shown.map((episode) => episodeLine(episode, page)),
    ...(more > 0 && last ? [`    … ${counted(more)} more, the last at ${page.clock(last.from)}`] : []),
  ];
}

function bar({ episodes }: InstanceStory, { range, width, style }: Page): string {
  const cells = timelineCells(episodes, range, width - 2);
  const glyphs = cells.map((cell) => (cell === null ? '·' : GLYPH[cell])).join('');
  // Runs of one glyph are coloured at once: a code per column would be most of the output.
  return glyphs.replace(/(.)\1*/g, (run, glyph) => style(COLOUR_OF_GLYPH.get(glyph) ?? 'dim', run));
}

/** `7 firings, 1h 12m in alarm, longest 10m 45s` */
function tally(instances: readonly InstanceStory[], { range }: Page): string {
  const lengths = instances.flatMap(({ episodes }) =>
    episodes.map((episode) => durationMs(episode, range.to)),
  );
  const total = spanText(lengths.reduce((sum, length) => sum + length, 0));
  const longest = spanText(lengths.reduce((most, length) => Math.max(most, length), 0));
  const all = `${plural(lengths.length, 'firing')}, ${total} in alarm`;
  return lengths.length === 1 ? all : `${all}, longest ${longest}`;
}

function episodeLine(episode: Episode, page: Page): string {
  const course = courseOf(episode);
  const head = `    ${page.clock(episode.from)}  ${ending(episode, page).padEnd(8)}`;
  const label = course.join('→');
  const message = `${episode.message}${episode.suppressed ? ' (suppressed)' : ''}`;
  const worst = course.reduce(higher);
  const room = page.width - head.length - label.length - 4;
  return `${head}  ${page.style(COLOUR[worst], label)}  ${clip(message, room)}`;
}

/** Where the severity began, the highest it reached, where it ended. */
function courseOf({ severities }: Episode): readonly Severity[] {
  const course = severities.map(({ severity }) => severity);
  const first = course.at(0) ?? 'info';
  const course3 = [first, course.reduce(higher, first), course.at(-1) ?? first];
  return course3.filter((severity, index) => severity !== course3[index - 1]);
}

function higher(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}

function ending(episode: Episode, { range }: Page): string {
  if (episode.to === null) {
    return `${spanText(range.to - episode.from)}…${episode.isLatched ? ' (latched)' : ''}`;
  }
  const reason = episode.reason === null || episode.reason === 'normal' ? '' : ` (${episode.reason})`;
  return `${spanText(episode.to - episode.from)}${reason}`;
}

function alarmMs({ episodes }: InstanceStory, { range }: Page): number {
  return episodes.reduce((sum, episode) => sum + durationMs(episode, range.to), 0);
}
