import type { ChatEvent, ChatRequest, Completion, JsonObject, OutcropError } from "@outcrop/sdk";

/** One client API: how its requests become the hub's, and how the hub's events become its answers. */
export interface Dialect {
  /** The client API's name, for logs and metrics: `openai-chat`, `anthropic-messages`, … */
  readonly name: string;
  /**
   * Reads a request body strictly. `model` has been taken out of the path already where a path carries it.
   * @throws OutcropError `invalid_request` whose `param` is the path at fault.
   */
  parse(body: JsonObject): DialectCall;
  /** The error envelope of this API. */
  readonly encodeError: (error: OutcropError) => JsonObject;
}

/** One request, read: what to ask, and how this client wants it back. */
export interface DialectCall {
  /** The model's name as the client wrote it: an alias of the config. */
  readonly model: string;
  readonly stream: boolean;
  /** One for each answer that is asked for; more than one only where an API takes several prompts at once. */
  readonly requests: readonly ChatRequest[];
  /** Parameters of the request that Bedrock has no meaning for: refused, or dropped where that is allowed. */
  readonly unsupported: readonly string[];
  /** What was read leniently, in sentences for the client. */
  readonly warnings: readonly string[];
  /** The whole answer, as `JSON.stringify` takes it. */
  encodeWhole(completion: Completion, identity: AnswerIdentity): object;
  createStreamEncoder(identity: AnswerIdentity): StreamEncoder;
}

/** What an answer carries besides what the model said. */
export interface AnswerIdentity {
  /** 32 hex digits; a dialect puts its own prefix before it (`chatcmpl-`, `msg_`, `resp_`). */
  readonly id: string;
  /** Unix time in seconds. */
  readonly created: number;
  /** The alias that the client asked for. */
  readonly model: string;
}

/** Writes server-sent events. Text comes out ready for the socket; an event may well be nothing (`""`). */
export interface StreamEncoder {
  push(event: ChatEvent): string;
  /** After the `finish` event: what only a finished stream has (`data: [DONE]`). */
  end(): string;
  /** Instead of the end: the failure, and no end marker. */
  fail(error: OutcropError): string;
}
