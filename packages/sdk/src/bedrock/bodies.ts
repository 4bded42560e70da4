import { OutcropError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import { BodyTooLarge } from "./byte-queue.ts";
import { envelopeExceptionName } from "./failures.ts";
import type { HttpBody } from "./http.ts";
import type { MessageReader } from "./message-reader.ts";

/** No answer of a model comes near it; a body that does is not one. */
const maxBodyBytes = 64 * 1024 * 1024;

/**
 * Reads a body to its end.
 *
 * @throws OutcropError `unreadable_answer` for one beyond all measure.
 */
export function readText(body: HttpBody): Promise<string> {
  return body.whole ? body.whole(maxBodyBytes).then(toText, throwFault) : readPieces(body);
}

async function readPieces(body: HttpBody): Promise<string> {
  const collected = createCollector();
  for await (const chunk of body) collected.add(chunk);
  return collected.text();
}

function throwFault(error: unknown): never {
  throw error instanceof BodyTooLarge ? tooLong() : error;
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function tooLong(): OutcropError {
  return new OutcropError("unreadable_answer", `The answer is longer than ${maxBodyBytes} bytes.`);
}

function createCollector() {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add(chunk: Uint8Array): void {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBodyBytes) throw tooLong();
    },
    text: () => toText(Buffer.concat(chunks)),
  };
}

/** Reads an answer that came in one piece where a stream was asked for: one message `whole`, at its end. */
export function createWholeReader(origin: AnswerOrigin): MessageReader {
  const collected = createCollector();
  return {
    push: (bytes) => collected.add(bytes),
    end(into) {
      into.push({ event: "whole", json: parseAnswer(collected.text(), origin) });
    },
  };
}

/** What is known of an answer besides its body. */
export interface AnswerOrigin {
  readonly contentType: string | undefined;
  readonly requestId: string | undefined;
}

/**
 * Reads the JSON of a successful answer. AWS's front end answers some faults with status 200 (a path that it doesn't
 * know, for one), so an object that names an exception is a failure.
 *
 * @throws OutcropError `unreadable_answer` naming what came in place of an answer.
 */
export function parseAnswer(text: string, { contentType, requestId }: AnswerOrigin): JsonObject {
  const json = parseJson(text);
  const awsType = isJsonObject(json) ? envelopeExceptionName(json) : undefined;
  if (isJsonObject(json) && awsType === undefined) return json;
  const what =
    awsType ?? `${text.length} characters of ${contentType ?? "unknown type"} that are not a JSON object`;
  throw new OutcropError(
    "unreadable_answer",
    `Amazon Bedrock answered with success, but with nothing that is an answer: ${what}.`,
    {
      awsType,
      requestId,
    },
  );
}
