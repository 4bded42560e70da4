import { hash } from "node:crypto";

/** Signs short texts of Latin-1 with one key: HMAC with SHA-256, in hexadecimal. */
export type Hmac = (text: string) => string;

const blockBytes = 64;
const digestBytes = 32;
const longestText = 448;

/**
 * HMAC (RFC 2104) of two one-shot hashes, for a key of 32 bytes. `createHmac` makes an object of OpenSSL's for each signature, which
 * costs more than both hashes, and again when it is collected.
 */
export function createHmacSha256(key: Uint8Array): Hmac {
  const inner = Buffer.alloc(blockBytes + longestText, 0x36);
  const outer = Buffer.alloc(blockBytes + digestBytes, 0x5c);
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return (text) => {
    const written = inner.write(text, blockBytes, "latin1");
    if (written < text.length) throw new RangeError(`A text of more than ${longestText} characters.`);
    hash("sha256", inner.subarray(0, blockBytes + written), "buffer").copy(outer, blockBytes);
    return hash("sha256", outer);
  };
}
