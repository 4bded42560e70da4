import { StringDecoder } from "node:string_decoder";
import type { ErrorCode } from "../core/errors.ts";
import { OutcropError } from "../core/errors.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import { bodyExceptionName, bodyMessage, toAwsError } from "./failures.ts";
import type { MessageReader, StreamMessage } from "./message-reader.ts";

/** A final "\r" may be the first half of "\r\n": it waits for what follows. */
const lineEnd = /\r\n|\n|\r(?!$)/;

/**
 * Reads a body of server-sent events, as Bedrock's OpenAI-shaped endpoints send in place of an event stream.
 * Only `data` matters; comments, ids and event names are passed over.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createSseReader(): MessageReader {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let data: string[] = [];

  function dispatch(into: StreamMessage[], ifBroken: ErrorCode): void {
    if (data.length === 0) return;
    const text = data.join("\n");
    data = [];
    into.push(toMessage(text, ifBroken));
  }

  function readLines(text: string, into: StreamMessage[]): void {
    const lines = text.split(lineEnd);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") dispatch(into, "unreadable_answer");
      else readField(line, data);
    }
  }

  return {
    push(bytes, into) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      readLines(rest + decoder.write(buffer), into);
    },
    end(into) {
      readLines(`${rest}${decoder.end()}\n`, into);
      dispatch(into, "stream_incomplete");
    },
  };
}

function readField(line: string, data: string[]): void {
  const value = /^\uFEFF?data: ?(.*)$/s.exec(line)?.[1];
  if (value !== undefined) data.push(value);
}

function toMessage(text: string, ifBroken: ErrorCode): StreamMessage {
  if (text.trim() === "[DONE]") return { event: "done" };
  const json = parseJson(text);
  if (!isJsonObject(json))
    throw new OutcropError(ifBroken, "The stream holds an event that is not a JSON object.");
  if (isJsonObject(json["error"]))
    throw toAwsError({ type: bodyExceptionName(json), message: bodyMessage(json) });
  return { event: "chunk", json };
}
