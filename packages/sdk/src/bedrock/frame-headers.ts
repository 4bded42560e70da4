import { OutcropError } from "../core/errors.ts";

/** A header's value: each of the ten types of AWS's event stream; a uuid is spelled with hyphens. */
type FrameHeaderValue = boolean | number | bigint | string | Date | Buffer;

export type FrameHeaders = Readonly<Record<string, FrameHeaderValue>>;

/** How many bytes a value took, and what it is. */
type ReadValue = (block: Buffer, at: number) => readonly [size: number, value: FrameHeaderValue];

/** The readers of the ten types, at the number of each. */
const readers: readonly ReadValue[] = [
  () => [0, true],
  () => [0, false],
  (block, at) => [1, block.readInt8(at)],
  (block, at) => [2, block.readInt16BE(at)],
  (block, at) => [4, block.readInt32BE(at)],
  (block, at) => [8, block.readBigInt64BE(at)],
  (block, at) => readSized(block, at),
  (block, at) => {
    const [size, bytes] = readSized(block, at);
    return [size, bytes.toString("utf8")];
  },
  (block, at) => [8, new Date(Number(block.readBigInt64BE(at)))],
  (block, at) => [16, toUuid(slice(block, at, 16))],
];

/**
 * Reads a frame's block of headers: length and name, type, value, one after the other.
 *
 * @throws OutcropError `unreadable_answer` when a header leaves the block or has an unknown type.
 */
export function parseFrameHeaders(block: Buffer): FrameHeaders {
  const headers: Record<string, FrameHeaderValue> = Object.create(null);
  try {
    for (let at = 0; at < block.length;) {
      const nameEnd = at + 1 + block.readUInt8(at);
      const name = slice(block, at + 1, nameEnd - at - 1).toString("utf8");
      const type = block.readUInt8(nameEnd);
      const read = readers[type];
      if (!read || name === "") throw new RangeError(`header ${JSON.stringify(name)} has type ${type}`);
      const [size, value] = read(block, nameEnd + 1);
      headers[name] = value;
      at = nameEnd + 1 + size;
    }
  } catch (cause) {
    throw new OutcropError(
      "unreadable_answer",
      "The event stream is damaged: a frame's headers are malformed.",
      { cause },
    );
  }
  return headers;
}

function readSized(block: Buffer, at: number): readonly [number, Buffer] {
  const length = block.readUInt16BE(at);
  return [2 + length, Buffer.from(slice(block, at + 2, length))];
}

/** `subarray` that refuses to be shorter than asked for. */
function slice(block: Buffer, at: number, length: number): Buffer {
  if (at + length > block.length) throw new RangeError("a header leaves the block");
  return block.subarray(at, at + length);
}

function toUuid(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
