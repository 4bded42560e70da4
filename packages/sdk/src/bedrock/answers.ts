import type { CancelSignal } from "../core/cancellation.ts";
import { OutcropError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { toAbortError } from "./aborts.ts";
import type { AnswerHeaders } from "./answer-headers.ts";
import { parseAnswerHeaders } from "./answer-headers.ts";
import type { AnswerOrigin } from "./bodies.ts";
import { createWholeReader, parseAnswer, readText } from "./bodies.ts";
import { connectionFault } from "./connection-faults.ts";
import type { HttpResponse } from "./http.ts";
import type { MessageReader, StreamMessage } from "./message-reader.ts";
import { createSseReader } from "./sse-messages.ts";
import { createFrameReader } from "./stream-messages.ts";

/** How an answer was waited for. */
export interface ColdWait {
  /** Milliseconds that the call waited for the model to be restored; absent if it didn't. */
  readonly coldWaitMs?: number | undefined;
}

/** A whole answer: its JSON as the model wrote it, and what the headers say. */
export interface WholeAnswer extends ColdWait {
  readonly json: JsonObject;
  readonly headers: AnswerHeaders;
}

/**
 * A streamed answer. `messages` gives one array per network read, so that the events of one read can share a write.
 * It has one reader, who reads to the end or leaves the loop, which ends the call.
 */
export interface StreamAnswer extends ColdWait {
  readonly messages: AsyncIterable<readonly StreamMessage[]>;
  readonly headers: AnswerHeaders;
}

type Batches = AsyncGenerator<readonly StreamMessage[], undefined, undefined>;

/** @throws OutcropError `unreadable_answer` for a success that is not a JSON object. */
export function readWholeAnswer(response: HttpResponse): Promise<WholeAnswer> {
  return readText(response.body).then((text) => ({
    json: parseAnswer(text, originOf(response)),
    headers: parseAnswerHeaders(response.headers),
  }));
}

/**
 * Starts to read a stream. The answer is given back with its first messages already there, so that a stream which
 * fails before them can still be sent again.
 */
export async function readStreamAnswer(
  response: HttpResponse,
  signal: CancelSignal | undefined,
): Promise<StreamAnswer> {
  const batches = readBatches(response, signal);
  const first = await batches.next();
  return { messages: startingWith(first, batches), headers: parseAnswerHeaders(response.headers) };
}

async function* readBatches(response: HttpResponse, signal: CancelSignal | undefined): Batches {
  const origin = originOf(response);
  let reader: MessageReader | undefined;
  try {
    for await (const bytes of response.body) {
      const current = (reader ??= createReader(origin, bytes));
      yield* delivered((into) => current.push(bytes, into));
    }
    const last = reader ?? createReader(origin, new Uint8Array());
    yield* delivered((into) => last.end(into));
  } catch (error) {
    throw signal?.aborted ? toAbortError(signal) : toStreamError(error, origin);
  }
}

/** What was read before a failure is given out before it. */
function* delivered(
  read: (into: StreamMessage[]) => void,
): Generator<readonly StreamMessage[], void, undefined> {
  const batch: StreamMessage[] = [];
  try {
    read(batch);
  } finally {
    if (batch.length > 0) yield batch;
  }
}

function originOf({ headers }: HttpResponse): AnswerOrigin {
  return { contentType: headers["content-type"], requestId: headers["x-amzn-requestid"] };
}

/**
 * A body is read by its content type. One exception: AWS's front end has answered an unknown path with 200 and its
 * JSON envelope where a stream was asked for, and no frame starts with "{" (it would be 2 GB long).
 */
function createReader(origin: AnswerOrigin, start: Uint8Array): MessageReader {
  const type = origin.contentType?.toLowerCase() ?? "";
  if (start[0] === 0x7b) return createWholeReader(origin);
  if (type.startsWith("application/vnd.amazon.eventstream")) return createFrameReader();
  return type.startsWith("text/event-stream") ? createSseReader() : createWholeReader(origin);
}

/** Everything that breaks a stream names AWS's request; a fault without a name of ours is the connection's. */
function toStreamError(error: unknown, { requestId }: AnswerOrigin): OutcropError {
  if (!(error instanceof OutcropError)) {
    const message = `The stream broke off: ${connectionFault(error)}.`;
    return new OutcropError("stream_incomplete", message, { requestId, cause: error });
  }
  const { param, awsType, retryAfter, cause } = error;
  return new OutcropError(error.code, error.message, {
    requestId: error.requestId ?? requestId,
    param,
    awsType,
    retryAfter,
    cause,
  });
}

/** A generator again whole after its first result was taken; leaving it before the first read closes it too. */
function startingWith(
  first: IteratorResult<readonly StreamMessage[], undefined>,
  rest: Batches,
): AsyncIterableIterator<readonly StreamMessage[], undefined> {
  let pending: typeof first | undefined = first;
  const iterator: AsyncIterableIterator<readonly StreamMessage[], undefined> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      const result = pending;
      pending = undefined;
      return result ? Promise.resolve(result) : rest.next();
    },
    return() {
      pending = undefined;
      return rest.return(undefined);
    },
  };
  return iterator;
}
