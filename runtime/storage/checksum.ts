import { crc32 } from 'node:zlib';

/** CRC-32 of the parts, of which each counts where it ends: ('ab', 'c') and ('a', 'bc') differ. */
export function checksum(...parts: readonly (string | number | Uint8Array | null)[]): number {
  let crc = 0;
  // What is short is gathered: going over to zlib takes longer than its work.
  let text = '';
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      crc = crc32(part, text === '' ? crc : crc32(text, crc));
      text = `${part.length}:`;
    } else {
      const short = String(part);
      text += `${short}${short.length}:`;
    }
  }
  return text === '' ? crc : crc32(text, crc);
}
