/** Columns a text takes on a terminal: Chinese, Japanese and Korean characters take two, combining ones none. */
export function textWidth(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : COMBINING.test(character) ? 0 : 1;
  return columns;
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60]/u;
const COMBINING = /[\p{Mn}\p{Me}\u200B-\u200D]/u;
