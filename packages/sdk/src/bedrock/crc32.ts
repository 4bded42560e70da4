/** CRC-32 (ISO-HDLC, as zlib has it) of each byte alone. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

const preludeBytes = 8;

/** The checksum of a frame's two lengths: for eight bytes, calling zlib costs more than the sum. */
export function crc32OfPrelude(bytes: Uint8Array, at: number): number {
  let crc = 0xffffffff;
  for (let place = at; place < at + preludeBytes; place++) {
    crc = (table[(crc ^ (bytes[place] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
