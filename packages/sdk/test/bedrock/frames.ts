import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
  (text) => new Uint8Array(Buffer.from(text, "utf8")),
);

/** A frame with headers of text, as AWS's codec encodes it. */
export function encodeFrame(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const typed = Object.entries(headers).map(
    ([name, value]) => [name, { type: "string" as const, value }] as const,
  );
  return Buffer.from(codec.encode({ headers: Object.fromEntries(typed), body: Buffer.from(payload) }));
}

/** An event as Converse sends it. */
export function eventFrame(type: string, json: unknown): Buffer {
  const headers = { ":event-type": type, ":content-type": "application/json", ":message-type": "event" };
  return encodeFrame(headers, JSON.stringify(json));
}

/** A chunk as InvokeModel's stream sends it: text in base64, and padding. */
export function chunkFrame(text: string): Buffer {
  return eventFrame("chunk", { bytes: Buffer.from(text).toString("base64"), p: "abcdefgh" });
}

export function exceptionFrame(type: string, payload: string): Buffer {
  const headers = {
    ":exception-type": type,
    ":content-type": "application/json",
    ":message-type": "exception",
  };
  return encodeFrame(headers, payload);
}

export function errorFrame(code: string, message: string): Buffer {
  return encodeFrame({ ":message-type": "error", ":error-code": code, ":error-message": message }, "");
}
