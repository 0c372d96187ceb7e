import { existsSync, readFileSync } from 'node:fs';

/*
 * The write-ahead log of SQLite (sqlite.org/walformat.html): a header, then frames, each with a page and a checksum over
 * everything before it. SQLite reads up to the first frame that is wrong and says nothing of what comes after it: that is
 * how a commit looks that was broken off. Damage in what was committed looks the same, and is told apart here.
 */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

/**
 * How many commits stand in the log behind a place that cannot be read: 0 after a kill, whatever was being written.
 * After a power cut a commit that was not finished may count as one.
 */
export function unreadableCommits(logPath: string): number {
  if (!existsSync(logPath)) return 0;
  const log = readFileSync(logPath);
  if (log.length <= HEADER_BYTES) return 0;
  const bytes = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const pageBytes = bytes.getUint32(8);
  const isHeaderWhole =
    (bytes.getUint32(0) & ~1) === MAGIC && isPageSize(pageBytes) && headerSum(bytes) !== null;
  // Without it nothing is read at all. What its frames belong to only they know.
  if (!isHeaderWhole) return commitsAfter(bytes, 0, 4_096, null);
  const valid = validFrames(bytes, pageBytes);
  return commitsAfter(bytes, valid, pageBytes, saltsAt(bytes, 16));
}

function isPageSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
}

type Sum = readonly [number, number];

/** `null`: it is not the one that the header holds. */
function headerSum(bytes: DataView): Sum | null {
  const sum = added(bytes, 0, 24, [0, 0]);
  return sum[0] === bytes.getUint32(24) && sum[1] === bytes.getUint32(28) ? sum : null;
}

/** The sums of pairs of words; the magic number says which end of a word comes first. */
function added(bytes: DataView, start: number, length: number, before: Sum): Sum {
  const isLittle = bytes.getUint32(0) === MAGIC;
  let [a, b] = before;
  for (let at = start; at < start + length; at += 8) {
    a = (a + bytes.getUint32(at, isLittle) + b) >>> 0;
    b = (b + bytes.getUint32(at + 4, isLittle) + a) >>> 0;
  }
  return [a, b];
}

/** How many frames SQLite reads. */
function validFrames(bytes: DataView, pageBytes: number): number {
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  let sum = headerSum(bytes) ?? ([0, 0] as const);
  let count = 0;
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.byteLength; at += frameBytes) {
    if (bytes.getUint32(at + 8) !== bytes.getUint32(16) || bytes.getUint32(at + 12) !== bytes.getUint32(20))
      break;
    sum = added(bytes, at + FRAME_HEADER_BYTES, pageBytes, added(bytes, at, 8, sum));
    if (sum[0] !== bytes.getUint32(at + 16) || sum[1] !== bytes.getUint32(at + 20)) break;
    count += 1;
  }
  return count;
}

/** The frames behind the valid ones that end a commit, but for those of earlier lives of the log. */
function commitsAfter(bytes: DataView, valid: number, pageBytes: number, salts: Salts | null): number {
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  let count = 0;
  for (let at = HEADER_BYTES + valid * frameBytes; at + frameBytes <= bytes.byteLength; at += frameBytes) {
    if (bytes.getUint32(at + 4) !== 0 && (salts === null || !isEarlier(saltsAt(bytes, at + 8), salts)))
      count += 1;
  }
  return count;
}

type Salts = readonly [number, number];

function saltsAt(bytes: DataView, at: number): Salts {
  return [bytes.getUint32(at), bytes.getUint32(at + 4)];
}

/**
 * Whether a frame was left from an earlier life, which the log overwrites from the front. Every life has a first salt one
 * higher than the one before, and a new second one; a frame in which either was damaged is not taken for such a one.
 */
function isEarlier([first, second]: Salts, [firstNow, secondNow]: Salts): boolean {
  const lives = (firstNow - first) >>> 0;
  return lives > 0 && lives < LIVES_MAX && second !== secondNow;
}

const LIVES_MAX = 65_536;
