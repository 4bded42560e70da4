import { AwsFailure } from "./failure.ts";
import { encodeEvent, encodeException } from "./event-stream.ts";
import type { Random } from "../base/random.ts";

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** One event of an answer's stream, before framing. */
export interface AnswerEvent {
  /** `chunk` on InvokeModelWithResponseStream, else an event of ConverseStream such as `messageStart`. */
  readonly type: string;
  readonly payload: unknown;
}

/**
 * The frame of an event. A chunk's JSON is wrapped as base64 in `bytes`, other events are written as they
 * are; both get the padding `p`, letters of random number that hide how long a token is.
 */
export function encodeAnswerEvent({ type, payload }: AnswerEvent, padding: Random | undefined): Buffer {
  const members =
    type === "chunk" ? { bytes: toBase64(payload) } : (payload as Readonly<Record<string, unknown>>);
  const p = padding === undefined ? {} : { p: alphabet.slice(0, padding.integer(2, alphabet.length)) };
  return encodeEvent(type, { ...members, ...p });
}

/** The frame of a failure in mid-stream: the exception's name with a small first letter. */
export function encodeFailure(failure: AwsFailure): Buffer {
  const type = failure.exception.charAt(0).toLowerCase() + failure.exception.slice(1);
  return encodeException(type, { message: failure.message, ...failure.members });
}

/** What goes wrong inside the generation is AWS's failure, whatever it was. */
export function toStreamFailure(error: unknown): AwsFailure {
  if (error instanceof AwsFailure) return error;
  return new AwsFailure(
    "InternalServerException",
    "The system encountered an unexpected error during processing.",
  );
}

function toBase64(payload: unknown): string {
  return Buffer.from(JSON.stringify(payload)).toString("base64");
}
