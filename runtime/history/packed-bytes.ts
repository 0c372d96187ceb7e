import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

/** 6 takes 3 times as long and saves 3 percent. */
const REPEATS = { level: 1 };
/** Without a look for what was there before: what looks like a repeat in noise takes more than it saves. */
const NOISE = { level: 1, strategy: constants.Z_HUFFMAN_ONLY };

/** Bytes deflated, in that of two ways which is shorter here. */
export function packed(bytes: Uint8Array): Uint8Array {
  const [repeats, noise] = [deflateRawSync(bytes, REPEATS), deflateRawSync(bytes, NOISE)];
  return noise.length < repeats.length ? noise : repeats;
}

/** @throws {Error} they are none that were packed */
export function unpacked(bytes: Uint8Array): Uint8Array {
  return inflateRawSync(bytes);
}
