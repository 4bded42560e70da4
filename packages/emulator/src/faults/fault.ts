import type { OperationName } from "../aws/operations.ts";

/** What can go wrong, and what each kind does. */
export const faultKinds = {
  error: "answers with an exception instead of serving the call",
  "stream-error": "sends an exception frame after `after` frames of a stream, and ends it",
  "error-frame": "sends an unmodelled error frame after `after` frames of a stream, and ends it",
  truncate: "ends the answer in the middle of a frame (of the body, when it is not streamed)",
  corrupt: "flips one bit of a frame, so that its CRC is wrong (of the body, when it is not streamed)",
  "no-final": "leaves out the final frames that say how the answer ended",
  reset: "resets the connection: before any answer, or after `after` frames",
  hang: "says nothing more: before any answer, or after `after` frames",
  slow: "waits `delay` before the answer, and paces a stream to `tokensPerSecond` frames a second",
  fragment: "cuts the bytes of a stream into pieces of at most `bytes`, regardless of frames",
  "json-body": "answers a streaming call with a JSON body and status 200",
  padding: "switches the padding `p` of frames on or off",
  "leak-native-tokens": "writes tool calls as the model's own tokens inside its reasoning (Kimi)",
  "leak-function-text": "writes tool calls as `<function=…>` text, and ends with a plain stop (Kimi)",
  "leak-channel": "leaves a harmony channel in the names of called tools (gpt-oss)",
} as const;

export type FaultKind = keyof typeof faultKinds;

export function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(faultKinds, name);
}

/** A fault, which calls it strikes, and its details. */
export interface Fault {
  readonly kind: FaultKind;
  /** The share of fitting calls that it strikes, 0 to 1; every one when absent. */
  readonly rate?: number;
  /** How many calls it strikes at most. */
  readonly count?: number;
  /** How many fitting calls pass before it begins. */
  readonly skip?: number;
  /** Only calls of models whose ARN, id or name contains this. */
  readonly model?: string;
  /** Only calls of this operation. */
  readonly operation?: OperationName;
  /** `error`, `stream-error`: the exception, such as `ThrottlingException`. */
  readonly exception?: string;
  /** The exception's or error frame's text. */
  readonly message?: string;
  /** `error`: another status than the exception's own. */
  readonly status?: number;
  /** `error-frame`: the `:error-code`. */
  readonly code?: string;
  /** Frames that pass first. */
  readonly after?: number;
  /** `slow`: milliseconds before the answer. `hang`: how long, in milliseconds; for ever when absent. */
  readonly delay?: number;
  /** `slow`: frames a second. */
  readonly tokensPerSecond?: number;
  /** `fragment`: the largest piece. `truncate`: how much of the frame is sent. `corrupt`: which byte. */
  readonly bytes?: number;
  /** `padding`: whether frames have it. */
  readonly enabled?: boolean;
  /** `json-body`: what is sent. */
  readonly body?: unknown;
}
