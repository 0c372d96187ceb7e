import { clip, counted, labelText, type Page } from './page.js';
import { spanText } from './span-text.js';
import type { RuleStory } from './story.js';
import type { StoryFacts } from './story-text.js';

const ID_WIDTH_MAX = 24;

/** The rules that did not fire, and for each what its author would ask next. */
export function silentBlock(
  stories: readonly RuleStory[],
  facts: StoryFacts,
  { style, width }: Page,
): string[] {
  if (stories.length === 0) return [];
  const idWidth = Math.min(ID_WIDTH_MAX, Math.max(...stories.map(({ rule }) => rule.id.length)));
  return [
    style('bold', 'Never fired'),
    ...stories.map((story) => {
      const id = clip(story.rule.id, idWidth).padEnd(idWidth);
      return `  ${id}  ${clip(whyNot(story, facts), width - idWidth - 4)}`;
    }),
  ];
}

function whyNot({ rule, nearly, nearlyMsMax }: RuleStory, { explain, counts }: StoryFacts): string {
  if (!rule.enabled) return 'switched off ("enabled": false)';
  if (nearly > 0) {
    const times = nearly === 1 ? 'once' : `${counted(nearly)} times`;
    return `began ${times}, but held for at most ${spanText(nearlyMsMax)}`;
  }
  const explanation = explain(rule.id);
  if (explanation !== null) {
    const values = Object.entries(explanation.values).map(([name, value]) => `${name}=${shortValue(value)}`);
    return `at the end ${labelText(explanation.labels)}: ${values.join(' ')}`;
  }
  if (counts.messages === 0) return 'there were no messages';
  const patterns = rule.inputs.flatMap(({ source }) =>
    source.kind === 'topic' ? [source.pattern.text] : [],
  );
  return `no reading came for ${patterns.join(', ')}`;
}

function shortValue(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return value === null || value === undefined ? '?' : String(value);
}
