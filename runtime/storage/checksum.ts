import { crc32 } from 'node:zlib';

/** CRC-32 of the parts, of which each counts where it ends: ('ab', 'c') and ('a', 'bc') differ. */
export function checksum(...parts: readonly (string | number | Uint8Array | null)[]): number {
  let crc = 0;
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : String(part);
    crc = crc32(`${bytes.length}:`, crc32(bytes, crc));
  }
  return crc;
}
