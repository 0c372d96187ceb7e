import type { EngineCounters, Explanation } from '../../../rules/engine.js';
import type { Severity } from '../../../rules/rule.js';
import type { Style } from '../../command-line/style.js';
import type { ReplayCounts } from '../replay.js';
import { formatTime } from '../time-text.js';
import { durationMs, type Episode } from './episode.js';
import { spanText } from './span-text.js';
import type { InstanceStory, RuleStory } from './story.js';
import { type TimeRange, timelineCells } from './timeline.js';

/** A thousand instances must not scroll the story away; the rest is counted. */
const INSTANCES_MAX = 8;
const EPISODES_MAX = 4;
const BAR_WIDTH = 48;

export interface StoryFacts {
  readonly rules: readonly RuleStory[];
  readonly counts: Readonly<ReplayCounts>;
  readonly readings: Readonly<EngineCounters>;
  /** Where time stopped. */
  readonly end: number;
  /** What a rule sees at the end; `null`: no message ever reached it. */
  explain(rule: string): Explanation | null;
}

/** Tells what happened in a replay: for a terminal, at most `width` columns. */
export function storyText(facts: StoryFacts, width: number, style: Style): string {
  const range: TimeRange = { from: facts.counts.first ?? facts.end, to: facts.end };
  const page: Page = { range, width, style, clock: clockFor(range) };
  const fired = facts.rules.filter((story) => story.instances.size > 0);
  const silent = facts.rules.filter((story) => story.instances.size === 0);
  const blocks = [
    heading(facts, page),
    ...fired.map((story) => ruleBlock(story, page)),
    silentBlock(silent, facts, page),
    totals(fired, page),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** What every part of the story needs to know to be printed. */
interface Page {
  readonly range: TimeRange;
  readonly width: number;
  readonly style: Style;
  /** Prints a time: without the date where all is one day. */
  clock(time: number): string;
}

function clockFor(range: TimeRange): (time: number) => string {
  const dayOf = (time: number) => formatTime(time).slice(0, 10);
  const isOneDay = dayOf(range.from) === dayOf(range.to);
  return (time) => (isOneDay ? formatTime(time).slice(11) : formatTime(time));
}

function heading({ counts, readings, rules }: StoryFacts, { range, style }: Page): string[] {
  if (counts.first === null) return [`No messages, ${plural(rules.length, 'rule')}.`];
  const lines = [
    `${plural(counts.messages, 'message')}, ${plural(readings.readings, 'reading')}, ${plural(rules.length, 'rule')}`,
    `${formatTime(range.from)} to ${formatTime(range.to)} UTC (${spanText(range.to - range.from)})`,
  ];
  const remarks = [
    counts.leftOut > 0 ? `${number(counts.leftOut)} messages after the end left out` : '',
    readings.late > 0 ? `${number(readings.late)} late readings` : '',
    ...Object.entries(REJECTIONS).map(([reason, words]) => {
      const count = readings.rejected[reason as keyof typeof REJECTIONS];
      return count > 0 ? `${number(count)} values rejected: ${words}` : '';
    }),
    readings.refusedInstances > 0
      ? `${number(readings.refusedInstances)} instances refused (maxInstances)`
      : '',
  ].filter((remark) => remark !== '');
  return [...lines, ...remarks.map((remark) => style('yellow', remark))];
}

const REJECTIONS: Readonly<Record<keyof EngineCounters['rejected'], string>> = {
  kind: 'of another kind than their series',
  nonFinite: 'not finite',
  tooLarge: 'integers beyond 2^53',
  null: 'null',
};

// ---- rules that fired ----

function ruleBlock(story: RuleStory, page: Page): string[] {
  const instances = [...story.instances.values()].sort(
    (a, b) => alarmMs(b, page.range.to) - alarmMs(a, page.range.to), // stable: equal ones stay in order of firing
  );
  const shown = instances.slice(0, INSTANCES_MAX);
  const rest = instances.slice(INSTANCES_MAX);
  return [
    title(story, page),
    ...shown.flatMap((instance) => instanceLines(instance, page)),
    ...(rest.length > 0 ? [`  … and ${plural(rest.length, 'more instance')}: ${tally(rest, page)}`] : []),
  ];
}

function title({ rule, instances }: RuleStory, { style, width }: Page): string {
  const firings = [...instances.values()].reduce((sum, { episodes }) => sum + episodes.length, 0);
  const count = `${plural(firings, 'firing')}, ${plural(instances.size, 'instance')}`;
  const name = rule.title === null ? rule.id : `${rule.id} · ${rule.title}`;
  return `${style('bold', clip(name, width - count.length - 2))}  ${count}`;
}

function instanceLines(instance: InstanceStory, page: Page): string[] {
  const { episodes } = instance;
  const shown = episodes.length <= EPISODES_MAX ? episodes : episodes.slice(0, EPISODES_MAX - 1);
  const more = episodes.length - shown.length;
  const last = episodes.at(-1);
  return [
    `  ${clip(labelText(instance.labels), page.width - 2)}`,
    `  ${bar(instance, page)}  ${tally([instance], page)}`,
    ...shown.map((episode) => episodeLine(episode, page)),
    ...(more > 0 && last ? [`    … ${number(more)} more, the last at ${page.clock(last.from)}`] : []),
  ];
}

function bar({ episodes }: InstanceStory, { range, style }: Page): string {
  const cells = timelineCells(episodes, range, BAR_WIDTH);
  return cells.map((cell) => (cell === null ? style('dim', '·') : style(COLOUR[cell], GLYPH[cell]))).join('');
}

/** Told apart without colours too. */
const GLYPH: Readonly<Record<Severity, string>> = { info: '▂', warning: '▅', critical: '█' };
const COLOUR = { info: 'cyan', warning: 'yellow', critical: 'red' } as const;

/** `3 × · 12m 30s · max 8m`: how often, how long in all, how long at most. */
function tally(instances: readonly InstanceStory[], { range }: Page): string {
  const lengths = instances.flatMap(({ episodes }) =>
    episodes.map((episode) => durationMs(episode, range.to)),
  );
  const total = spanText(lengths.reduce((sum, length) => sum + length, 0));
  if (lengths.length === 1) return total;
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return `${number(lengths.length)}× ${total}, max ${spanText(longest)}`;
}

function episodeLine(episode: Episode, page: Page): string {
  const severities = episode.severities
    .map(({ severity }) => severity)
    .filter((it, i, all) => it !== all[i - 1]);
  const shown =
    severities.length > 3 ? [...severities.slice(0, 1), '…', ...severities.slice(-1)] : severities;
  const severity = severities.at(-1) ?? 'info';
  const head = `    ${page.clock(episode.from)}  ${ending(episode, page)}`.padEnd(page.clock(0).length + 14);
  const label = shown.join('→');
  const message = `${episode.message}${episode.suppressed ? ' (suppressed)' : ''}`;
  return `${head} ${page.style(COLOUR[severity], label)}  ${clip(message, page.width - head.length - label.length - 3)}`;
}

function ending(episode: Episode, { range }: Page): string {
  if (episode.to === null) return `${spanText(range.to - episode.from)}…`;
  const reason = episode.reason === null || episode.reason === 'normal' ? '' : ` (${episode.reason})`;
  return `${spanText(episode.to - episode.from)}${reason}`;
}

function alarmMs({ episodes }: InstanceStory, end: number): number {
  return episodes.reduce((sum, episode) => sum + durationMs(episode, end), 0);
}

// ---- rules that did not ----

function silentBlock(stories: readonly RuleStory[], facts: StoryFacts, { style, width }: Page): string[] {
  if (stories.length === 0) return [];
  const idWidth = Math.min(24, Math.max(...stories.map(({ rule }) => rule.id.length)));
  return [
    style('bold', 'Never fired'),
    ...stories.map((story) => {
      const id = clip(story.rule.id, idWidth).padEnd(idWidth);
      return `  ${id}  ${clip(whyNot(story, facts), width - idWidth - 4)}`;
    }),
  ];
}

/** The next thing a rule engineer would ask. */
function whyNot({ rule, nearly, nearlyMsMax }: RuleStory, { explain, counts }: StoryFacts): string {
  if (!rule.enabled) return 'not enabled';
  if (nearly > 0) {
    return `pending ${nearly === 1 ? 'once' : `${number(nearly)} times`}, never long enough (at most ${spanText(nearlyMsMax)})`;
  }
  const explanation = explain(rule.id);
  if (explanation !== null) {
    const values = Object.entries(explanation.values).map(([name, value]) => `${name}=${shortValue(value)}`);
    return `watched; at the end ${labelText(explanation.labels)}: ${values.join(' ')}`;
  }
  if (counts.messages === 0) return 'there were no messages';
  const patterns = rule.inputs.flatMap(({ source }) =>
    source.kind === 'topic' ? [source.pattern.text] : [],
  );
  return `no message reached ${patterns.join(', ')}`;
}

function shortValue(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return value === null || value === undefined ? '?' : String(value);
}

// ---- all together ----

function totals(fired: readonly RuleStory[], { style }: Page): string[] {
  const episodes = fired.flatMap(({ instances }) => [...instances.values()].flatMap((it) => it.episodes));
  if (episodes.length === 0) return ['No alert fired.'];
  const open = episodes.filter((episode) => episode.to === null).length;
  const all = `${plural(episodes.length, 'firing')} of ${plural(fired.length, 'rule')}`;
  return [
    style('bold', open === 0 ? `${all}, all resolved.` : `${all}, ${number(open)} still firing at the end.`),
  ];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? '(one instance)' : printable(pairs.join(' '));
}

/** Topics are written by devices: what would move the cursor or colour the terminal is shown as a dot. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '·');
}

function clip(text: string, width: number): string {
  const room = Math.max(8, width);
  const clean = printable(text);
  return clean.length <= room ? clean : `${clean.slice(0, room - 1)}…`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}
