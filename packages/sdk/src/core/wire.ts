import type { ChatRequest } from "./chat.ts";
import type { JsonObject } from "./json.ts";
import type { RawDelta } from "./raw-delta.ts";

/** The names that `wire:` takes: how a body is written. */
export type WireName = "bedrock_completion" | "openai_completion" | "openai_chat" | "converse";

/** Bedrock runtime's operations that we call. */
export type Operation = "invoke" | "invoke-with-response-stream" | "converse" | "converse-stream";

/** What a wire writes: a rendered prompt on a text wire, the messages themselves on the others. */
export interface EncodeInput {
  readonly request: ChatRequest;
  /** Present on the wires that send a prompt. */
  readonly prompt: string | undefined;
}

/**
 * One of Bedrock's ways to write a request and an answer. One file each in `wires/`.
 * `decode` answers `undefined` for a JSON that is not this wire's, so that every shape can be read on
 * every route.
 */
export interface Wire {
  readonly name: WireName;
  readonly operation: Operation;
  readonly streamOperation: Operation;
  /** Whether it sends a rendered prompt (and thus no images, and tools only as text). */
  readonly sendsPrompt: boolean;
  /** OpenAI's names of the parameters that this wire takes. */
  readonly parameters: ReadonlySet<ParameterName>;
  readonly encode: (input: EncodeInput) => JsonObject;
  readonly decode: (json: JsonObject) => readonly RawDelta[] | undefined;
}

/** OpenAI's request parameters that a wire may or may not take. */
export type ParameterName =
  | "max_tokens"
  | "temperature"
  | "top_p"
  | "top_k"
  | "stop"
  | "seed"
  | "n"
  | "logprobs"
  | "top_logprobs"
  | "frequency_penalty"
  | "presence_penalty"
  | "logit_bias"
  | "response_format"
  | "reasoning_effort";
