import type { JsonObject } from "../core/json.ts";

/**
 * One message of a streamed answer. `chunk` is a JSON of the model (of InvokeModel's stream, already taken out of
 * its base64, or of an SSE body); Converse's events keep their names; `whole` is an answer that came in one
 * piece in place of a stream; `done` is OpenAI's `[DONE]`.
 */
export type StreamMessage =
  | { readonly event: string; readonly json: JsonObject }
  | { readonly event: "done"; readonly json?: undefined };

/** A push machine from the bytes of one kind of body, cut anywhere, to messages. */
export interface MessageReader {
  /** Appends what is now complete to `into`. When it throws, what came before the failure is there. */
  push(bytes: Uint8Array, into: StreamMessage[]): void;
  /** Says that the body has ended; a last message may be appended. Throws if it ended too soon. */
  end(into: StreamMessage[]): void;
}
