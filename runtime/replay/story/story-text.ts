import type { EngineCounters, Explanation } from '../../../rules/engine.js';
import { ACROSS_SERIES_MAX } from '../../../rules/signals/across-node.js';
import type { Style } from '../../command-line/style.js';
import type { ReplayCounts } from '../replay.js';
import { formatTime } from '../time-text.js';
import { firedBlock } from './fired-block.js';
import { counted, type Page, pageFor, plural } from './page.js';
import { silentBlock } from './silent-block.js';
import { spanText } from './span-text.js';
import type { RuleStory } from './story.js';

export interface StoryFacts {
  readonly rules: readonly RuleStory[];
  readonly counts: Readonly<ReplayCounts>;
  readonly counters: Readonly<EngineCounters>;
  /** Where time stopped, epoch ms. */
  readonly end: number;
  /** What an instance of a rule sees at the end; `null`: no message ever reached the rule. */
  explain(rule: string): Explanation | null;
}

/** Tells what happened in a replay, for a terminal: what fired, when and for how long, and why the rest did not. */
export function storyText(facts: StoryFacts, width: number, style: Style): string {
  const page = pageFor({ from: facts.counts.first ?? facts.end, to: facts.end }, width, style);
  const fired = facts.rules.filter((story) => story.instances.size > 0);
  const silent = facts.rules.filter((story) => story.instances.size === 0);
  const blocks = [
    heading(facts, page),
    ...fired.map((story) => firedBlock(story, page)),
    silentBlock(silent, facts, page),
    totals(fired, page),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function heading({ counts, counters, rules }: StoryFacts, { range, style }: Page): string[] {
  if (counts.messages === 0)
    return [`No messages, ${plural(rules.length, 'rule')}.`, ...remarks(counts, counters)];
  return [
    `${plural(counts.messages, 'message')}, ${plural(counters.readings, 'reading')}, ${plural(rules.length, 'rule')}`,
    `${formatTime(range.from)} to ${formatTime(range.to)} UTC (${spanText(range.to - range.from)})`,
    ...remarks(counts, counters).map((remark) => style('yellow', remark)),
  ];
}

/** What a person may not have expected of the recording. */
function remarks(counts: Readonly<ReplayCounts>, counters: Readonly<EngineCounters>): string[] {
  const found: (readonly [number, string])[] = [
    [counts.leftOut, 'message left out: after the end'],
    [counters.late, 'reading late: older than the newest of its series'],
    [counters.rejected.kind, 'value rejected: of another kind than its series'],
    [counters.rejected.null, 'value rejected: null'],
    [counters.rejected.nonFinite, 'value rejected: not finite'],
    [counters.rejected.tooLarge, 'value rejected: an integer beyond 2^53'],
    [counters.refusedInstances, 'instance refused: maxInstances is reached'],
    [counters.wideAcross, `time unknown: an \`across\` of more than ${ACROSS_SERIES_MAX} series`],
  ];
  return found
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${counted(count)} ${count === 1 ? words : words.replace(' ', 's ')}`);
}

function totals(fired: readonly RuleStory[], { style }: Page): string[] {
  const episodes = fired.flatMap(({ instances }) => [...instances.values()].flatMap((it) => it.episodes));
  if (episodes.length === 0) return ['No alert fired.'];
  const open = episodes.filter((episode) => episode.to === null).length;
  const all = `${plural(episodes.length, 'firing')} of ${plural(fired.length, 'rule')}`;
  return [
    style('bold', open === 0 ? `${all}, all resolved.` : `${all}, ${counted(open)} still firing at the end.`),
  ];
}
