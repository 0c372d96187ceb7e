/** Whom a format is for: people, who take in one thing at a time; programs; one that takes one alert at a time. */
export type Audience = 'people' | 'programs' | 'single';

/** Those in the program, and the templates that come with it. Templates of a site are for programs. */
const AUDIENCES: ReadonlyMap<string, Audience> = new Map([
  ['tocsin', 'programs'],
  ['alertmanager', 'programs'],
  ['cloudevents', 'programs'],
  ['pagerduty', 'single'],
  ['slack', 'people'],
  ['teams', 'people'],
  ['ntfy', 'people'],
]);

export const FORMAT_NAMES: readonly string[] = [...AUDIENCES.keys()];

export function audienceOf(channel: { readonly kind: string; readonly format?: string }): Audience {
  if (channel.kind === 'email') return 'people';
  return AUDIENCES.get(channel.format ?? '') ?? 'programs';
}
