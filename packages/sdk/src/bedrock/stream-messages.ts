import { OutcropError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import type { Frame } from "./event-stream.ts";
import { createFrameDecoder } from "./event-stream.ts";
import { bodyMessage, toAwsError } from "./failures.ts";
import type { MessageReader, StreamMessage } from "./message-reader.ts";

/**
 * Reads Bedrock's event stream: `chunk` events are taken out of their base64, Converse's events keep their
 * names, and a frame that reports a failure is thrown as that failure.
 */
export function createFrameReader(): MessageReader {
  const decoder = createFrameDecoder();
  return {
    push(bytes, into) {
      const frames: Frame[] = [];
      try {
        decoder.push(bytes, frames);
      } finally {
        for (const frame of frames) into.push(toMessage(frame));
      }
    },
    end: () => decoder.end(),
  };
}

function toMessage(frame: Frame): StreamMessage {
  const type = headerText(frame, ":message-type");
  if (type === "event") return toEvent(headerText(frame, ":event-type") ?? "", frame.payload);
  if (type === "exception") throw toException(frame);
  if (type === "error") throw toError(frame);
  throw new OutcropError("unreadable_answer", "The event stream holds a message of an unknown type.");
}

function headerText(frame: Frame, name: string): string | undefined {
  const value = frame.headers[name];
  return typeof value === "string" ? value : undefined;
}

function toEvent(event: string, payload: Buffer): StreamMessage {
  const base64 = event === "chunk" ? base64Of(payload) : undefined;
  if (base64 !== undefined) return readChunk(base64);
  const json = payload.length === 0 ? {} : parseObject(payload.toString("utf8"));
  return event === "chunk" ? unwrapChunk(json) : { event, json };
}

/** `{"bytes":"<base64 of a JSON>","p":"<padding that hides a token's length>"}`. */
function unwrapChunk(json: JsonObject): StreamMessage {
  const { bytes } = json;
  if (typeof bytes !== "string") throw notJson();
  return readChunk(bytes);
}

const chunkStart = '{"bytes":"';

/**
 * The base64 of a chunk that is written as AWS writes it, with `bytes` first; else `undefined`, and it is read as JSON. Nearly every
 * frame is such a chunk, and parsing its envelope costs more than all that is in it.
 */
function base64Of(payload: Buffer): string | undefined {
  const text = payload.toString("latin1");
  if (!text.startsWith(chunkStart) || !text.endsWith("}")) return undefined;
  const end = text.indexOf('"', chunkStart.length);
  const next = text[end + 1];
  if (end < 0 || (next !== "}" && next !== ",")) return undefined;
  const base64 = text.slice(chunkStart.length, end);
  return base64.includes("\\") ? undefined : base64;
}

/** Where chunks are decoded, one after the other: nearly all of them are shorter. */
const scratch = Buffer.alloc(16 * 1024);

function decodeBase64(base64: string): string {
  if (base64.length > scratch.length) return Buffer.from(base64, "base64").toString("utf8");
  return scratch.toString("utf8", 0, scratch.write(base64, "base64"));
}

function readChunk(base64: string): StreamMessage {
  const text = decodeBase64(base64);
  if (text.startsWith("{")) return { event: "chunk", json: parseObject(text) };
  return text.trim() === "[DONE]" ? { event: "done" } : { event: "chunk", json: parseObject(text) };
}

/** A failure that AWS's model of the API knows: its JSON holds a message. */
function toException(frame: Frame): OutcropError {
  const json = parseJson(frame.payload.toString("utf8"));
  const message = isJsonObject(json) ? bodyMessage(json) : undefined;
  return toAwsError({ type: headerText(frame, ":exception-type"), message });
}

/** A failure that it doesn't know: everything is in the headers. */
function toError(frame: Frame): OutcropError {
  return toAwsError({ type: headerText(frame, ":error-code"), message: headerText(frame, ":error-message") });
}

function parseObject(text: string): JsonObject {
  const json = parseJson(text);
  if (!isJsonObject(json)) throw notJson();
  return json;
}

function notJson(): OutcropError {
  return new OutcropError("unreadable_answer", "The event stream holds an event that is not a JSON object.");
}
