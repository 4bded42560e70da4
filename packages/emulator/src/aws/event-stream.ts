import { crc32 } from "node:zlib";

const stringHeader = 7;
const overhead = 16;

/**
 * One message of AWS's event stream: total length, headers length, CRC-32 of these eight bytes,
 * headers, payload, CRC-32 of all before. All numbers are big-endian.
 */
export function encodeMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const headerBytes = Buffer.concat(Object.entries(headers).map(encodeHeader));
  const total = overhead + headerBytes.length + payload.length;
  const message = Buffer.alloc(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(headerBytes.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  headerBytes.copy(message, 12);
  message.set(payload, 12 + headerBytes.length);
  message.writeUInt32BE(crc32(message.subarray(0, total - 4)), total - 4);
  return message;
}

function encodeHeader([name, value]: [string, string]): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const valueLength = Buffer.alloc(2);
  valueLength.writeUInt16BE(valueBytes.length);
  return Buffer.concat([
    Buffer.of(nameBytes.length),
    nameBytes,
    Buffer.of(stringHeader),
    valueLength,
    valueBytes,
  ]);
}

/** A normal event, such as `chunk` or `contentBlockDelta`. */
export function encodeEvent(type: string, payload: unknown): Buffer {
  return encodeMessage(
    { ":event-type": type, ":content-type": "application/json", ":message-type": "event" },
    Buffer.from(JSON.stringify(payload)),
  );
}

/** An exception in the middle of a stream; `type` is the union member's name, such as `throttlingException`. */
export function encodeException(type: string, payload: unknown): Buffer {
  return encodeMessage(
    { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" },
    Buffer.from(JSON.stringify(payload)),
  );
}

/** An unmodelled error: its code and text are headers, and the payload is empty. */
export function encodeError(code: string, message: string): Buffer {
  return encodeMessage(
    { ":message-type": "error", ":error-code": code, ":error-message": message },
    Buffer.alloc(0),
  );
}
