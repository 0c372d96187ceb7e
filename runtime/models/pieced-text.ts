/**
 * JSON in lines, so that who has no time to read it all at once can read it bit by bit: the first line is the whole, with
 * `{"$piece":7}` in the place of what is in the eighth line after it.
 */

/** So long are texts of pieces: shorter ones stay where they are, longer ones are parted. */
const PIECE_LENGTH = { min: 200, max: 32_768 } as const;
const PIECE = '$piece';
/** Some hundred kB: about 1 ms. */
const PIECES_AT_ONCE = 100;

/** @param value of plain objects, lists, texts, numbers, booleans and null; none has the key `$piece` */
export function piecedText(value: unknown): string {
  const pieces: string[] = [];
  const whole = JSON.stringify(parted(value, pieces));
  return `${[whole, ...pieces].join('\n')}\n`;
}

/** @throws {SyntaxError} it is no such text */
export function readPieced(text: string): unknown {
  const [whole = '', ...lines] = text.trimEnd().split('\n');
  return joined(
    JSON.parse(whole),
    lines.map((line) => JSON.parse(line)),
  );
}

/** The same, with a rest now and then. */
export async function readPiecedSlowly(text: string, rest: () => Promise<unknown>): Promise<unknown> {
  const [whole = '', ...lines] = text.trimEnd().split('\n');
  const pieces: unknown[] = [];
  for (const line of lines) {
    if (pieces.length % PIECES_AT_ONCE === 0) await rest();
    pieces.push(JSON.parse(line));
  }
  return joined(JSON.parse(whole), pieces);
}

function parted(value: unknown, pieces: string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => partedItem(item, pieces));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, parted(inner, pieces)]));
}

function partedItem(item: unknown, pieces: string[]): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const text = JSON.stringify(item);
  if (text.length < PIECE_LENGTH.min) return item;
  if (text.length > PIECE_LENGTH.max) return parted(item, pieces);
  return { [PIECE]: pieces.push(text) - 1 };
}

function joined(value: unknown, pieces: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => joined(item, pieces));
  if (typeof value !== 'object' || value === null) return value;
  if (PIECE in value && typeof value[PIECE] === 'number') {
    const piece = pieces[value[PIECE]];
    if (piece === undefined) throw new SyntaxError('a piece is missing');
    return piece;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, joined(inner, pieces)]));
}
