import { crc32 } from "node:zlib";
import { OutcropError } from "../core/errors.ts";
import { crc32OfPrelude } from "./crc32.ts";
import type { FrameHeaders } from "./frame-headers.ts";
import { parseFrameHeaders } from "./frame-headers.ts";

/** One message of AWS's event stream. `payload` is a view of the bytes pushed: read it before the next push. */
export interface Frame {
  readonly headers: FrameHeaders;
  readonly payload: Buffer;
}

/** A push machine from bytes, cut anywhere, to frames. */
export interface FrameDecoder {
  /**
   * Appends the frames that are now complete to `into`. When it throws, the frames before the damage are there.
   *
   * @throws OutcropError `unreadable_answer` when a checksum, a length or a header is wrong.
   */
  push(bytes: Uint8Array, into: Frame[]): void;
  /** @throws OutcropError `stream_incomplete` when the stream was cut inside a frame. */
  end(): void;
}

const preludeBytes = 12;
const overheadBytes = 16;
const maxHeaderBytes = 128 * 1024;
const maxFrameBytes = overheadBytes + maxHeaderBytes + 24 * 1024 * 1024;

/**
 * Decodes AWS's event stream (`application/vnd.amazon.eventstream`): total length, header length and the
 * CRC-32 of both; headers; payload; CRC-32 of everything before. A length is believed only after its checksum,
 * and memory grows only by what has arrived. Frames are decoded where they lie; only one that is cut between
 * two pushes is copied.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function createFrameDecoder(): FrameDecoder {
  const carry = createCarry();
  const headersOf = createHeaderReader();

  /** Completes the frame begun in earlier pushes; answers how many of the new bytes it took. */
  function finishCarried(bytes: Buffer, into: Frame[]): number {
    let taken = 0;
    while (carry.size() > 0) {
      const known = carry.view();
      const wanted = known.length < preludeBytes ? preludeBytes : frameLength(known, 0);
      if (known.length === wanted) {
        into.push(decodeFrame(known, { at: 0, length: wanted }, headersOf));
        carry.clear();
      } else if (taken === bytes.length) return taken;
      else taken += carry.append(bytes.subarray(taken, taken + wanted - known.length));
    }
    return taken;
  }

  return {
    push(chunk, into) {
      const bytes = toBuffer(chunk);
      let at = finishCarried(bytes, into);
      while (bytes.length - at >= preludeBytes) {
        const length = frameLength(bytes, at);
        if (bytes.length - at < length) break;
        into.push(decodeFrame(bytes, { at, length }, headersOf));
        at += length;
      }
      if (at < bytes.length) carry.append(bytes.subarray(at));
    },
    end() {
      if (carry.size() > 0)
        throw new OutcropError("stream_incomplete", "The event stream was cut inside a frame.");
    },
  };
}

/** The whole length of the frame that begins at `at`, from its prelude. */
function frameLength(bytes: Buffer, at: number): number {
  const total = bytes.readUInt32BE(at);
  const headers = bytes.readUInt32BE(at + 4);
  if (crc32OfPrelude(bytes, at) !== bytes.readUInt32BE(at + 8))
    throw damaged("a frame's prelude fails its checksum");
  if (total < overheadBytes + headers) throw damaged("a frame is shorter than its headers");
  if (headers > maxHeaderBytes || total > maxFrameBytes)
    throw damaged(`a frame of ${total} bytes is too long`);
  return total;
}

/** Where a frame lies in the bytes that have come. */
interface FramePlace {
  readonly at: number;
  readonly length: number;
}

function decodeFrame(bytes: Buffer, { at, length }: FramePlace, headersOf: ReadHeaders): Frame {
  const checked = at + length - 4;
  if (crc32(bytes.subarray(at, checked)) !== bytes.readUInt32BE(checked))
    throw damaged("a frame fails its checksum");
  const payloadStart = at + preludeBytes + bytes.readUInt32BE(at + 4);
  return {
    headers: headersOf(bytes, at + preludeBytes, payloadStart),
    payload: bytes.subarray(payloadStart, checked),
  };
}

/** The frames of one stream repeat the same few bytes of headers, so the last ones read are kept. */
function createHeaderReader(): ReadHeaders {
  let lastBlock = Buffer.alloc(0);
  let lastHeaders: FrameHeaders = {};
  return (bytes, start, end) => {
    if (!isAt(bytes, { start, end }, lastBlock)) {
      lastHeaders = parseFrameHeaders(bytes.subarray(start, end));
      lastBlock = Buffer.from(bytes.subarray(start, end));
    }
    return lastHeaders;
  };
}

/** Whether a block lies there. Calling out of JavaScript would cost more than so few bytes. */
function isAt(bytes: Buffer, { start, end }: { start: number; end: number }, block: Buffer): boolean {
  if (end - start !== block.length) return false;
  for (let place = 0; place < block.length; place++) {
    if (bytes[start + place] !== block[place]) return false;
  }
  return true;
}

/** Reads the block of headers that lies in some bytes from `start` to `end`. */
type ReadHeaders = (bytes: Buffer, start: number, end: number) => FrameHeaders;

/** The bytes of the one frame that is not complete yet; capacity doubles, so that appending stays linear. */
function createCarry() {
  let buffer = Buffer.alloc(0);
  let used = 0;
  return {
    size: () => used,
    view: () => buffer.subarray(0, used),
    append(bytes: Buffer): number {
      if (used + bytes.length > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, used + bytes.length));
        buffer.copy(larger, 0, 0, used);
        buffer = larger;
      }
      used += bytes.copy(buffer, used);
      return bytes.length;
    },
    clear() {
      // A new buffer, not the old one again: the frame just decoded still points into it.
      buffer = Buffer.alloc(0);
      used = 0;
    },
  };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(what: string): OutcropError {
  return new OutcropError("unreadable_answer", `The event stream is damaged: ${what}.`);
}
