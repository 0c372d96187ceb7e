import { plural } from '../replay/story/page.js';
import { spanText } from '../replay/story/span-text.js';
import type { SettingResult } from './setting-result.js';
import type { Suggestion } from './suggest-setting.js';

export interface SuggestionFacts {
  readonly suggestion: Suggestion;
  readonly written: SettingResult;
  /** Of the setting that is suggested. */
  readonly suggested: SettingResult | null;
  readonly shortMs: number;
  /** Notices, if they are counted. */
  readonly notices: { readonly written: number; readonly suggested: number } | null;
}

/** So few alarms are a story, not a statistic. */
const FEW = 3;

/** Why a setting is suggested, or none, and what it costs: sentences. */
export function suggestionReasons(facts: SuggestionFacts): string[] {
  const { suggestion, written, suggested, shortMs } = facts;
  const span = spanText(shortMs);
  switch (suggestion.kind) {
    case 'nothing-fired':
      return [
        'The rule as it is written does not fire in this recording, so there is nothing to weigh the settings against.',
      ];
    case 'nothing-long':
      return [
        `Nothing is wrong for ${span} or longer in this recording, as the rule is written: a setting that never fires would look best. Take a recording with a real alarm in it, or say by --short what is too short to be one.`,
      ];
    case 'keep':
      return [
        written.nuisance === 0
          ? `The rule as it is written gives no alarm that is shorter than ${span} or chatters: there is nothing to spare.`
          : 'No setting gives fewer short, chattering or added alarms without losing a long one, or being in alarm far longer.',
      ];
    case 'change':
      return suggested === null ? [] : [gain(facts, suggested), price(facts, suggested), ...caution(written)];
  }
}

function gain({ written, shortMs, notices }: SuggestionFacts, suggested: SettingResult): string {
  const spared = [
    changed(written.short, suggested.short, `shorter than ${spanText(shortMs)}`),
    changed(written.chattering, suggested.chattering, 'chattering'),
  ].filter((part) => part !== null);
  const told =
    notices === null || notices.written === notices.suggested
      ? ''
      : `; ${plural(notices.suggested, 'notice')} instead of ${notices.written}`;
  const firings = `${plural(suggested.firings, 'firing')} instead of ${written.firings}`;
  return `${firings}${spared.length === 0 ? '' : `, ${spared.join(', ')}`}${told}. ${kept(written)}`;
}

function changed(before: number, after: number, words: string): string | null {
  return before === after ? null : `${after === 0 ? 'none' : after} ${words} (before: ${before})`;
}

function kept({ kept: count }: SettingResult): string {
  if (count === 1) return 'The one long alarm is kept.';
  return count === 2 ? 'Both long alarms are kept.' : `All ${count} long alarms are kept.`;
}

function price({ written }: SuggestionFacts, suggested: SettingResult): string {
  const longer = suggested.alarmMs - written.alarmMs;
  const parts = [
    suggested.delayMsMax > 0
      ? `a long alarm comes up to ${spanText(suggested.delayMsMax)} later than now`
      : null,
    longer > 0 ? `it is in alarm ${spanText(longer)} longer in all` : null,
    longer < 0 ? `it is in alarm ${spanText(-longer)} less in all` : null,
    suggested.added > 0 ? `${plural(suggested.added, 'alarm')} come where there is none now` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'It costs nothing in this recording.' : `What it trades: ${parts.join('; ')}.`;
}

function caution({ kept: count }: SettingResult): string[] {
  if (count >= FEW) return [];
  return [
    `That is little to go by: ${plural(count, 'long alarm')} in all. Try it on a longer recording too.`,
  ];
}
