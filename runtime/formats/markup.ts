/** How text from outside is kept from being markup: names of devices are whatever somebody made them. */
export type Markup = 'none' | 'slack';

/** A text that shows as it is. */
export function plainText(text: string, markup: Markup): string {
  if (markup === 'none') return text;
  // Slack: these three begin links, mentions of people and of everybody, and entities; the others begin styles.
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`]/g, (mark) => `\u{200B}${mark}\u{200B}`);
}
