import type { OperationName } from "../aws/operations.ts";
import type { BodyFormat } from "../models/architectures.ts";
import type { Model } from "../models/model.ts";
import type { JsonObject } from "../prompt/json.ts";
import type { Prompt } from "../prompt/prompt.ts";
import type { Constraint } from "../structured/constraint.ts";
import type { Token } from "../text/answer.ts";

/** An inference call, read and validated, before anything is generated. */
export interface InferenceCall {
  readonly operation: OperationName;
  readonly model: Model;
  readonly format: BodyFormat | "Converse";
  readonly body: JsonObject;
  readonly prompt: Prompt;
  readonly promptTokens: number;
  readonly parameters: Parameters;
}

/** What the body asks of the generation. */
export interface Parameters {
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly constraint: Constraint | undefined;
  /** How many alternative answers are wanted. */
  readonly choices: number;
  /** How many alternatives each token's log probability is given with; undefined for none at all. */
  readonly logprobs: number | undefined;
  readonly promptLogprobs: number | undefined;
}

/** What writes answers: the small model, a script, or a real model behind the emulator. */
export type TextSource = (
  call: InferenceCall,
  turn: { choice: number; signal: AbortSignal },
) => AsyncIterable<Token>;

/** What a writer needs to know beside the tokens. */
export interface AnswerFacts {
  readonly call: InferenceCall;
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Milliseconds since the call began. */
  readonly elapsed: () => number;
  /** Milliseconds until the first token came. */
  readonly firstToken: () => number;
  /** Tells that a token has come. */
  readonly sawToken: () => void;
  /** New call ids, in the manner of the server at hand. */
  readonly callId: (name: string, index: number) => string;
}
