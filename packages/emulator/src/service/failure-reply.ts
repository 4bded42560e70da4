import { AwsFailure } from "../aws/failure.ts";
import type { WholeReply } from "../http/message.ts";

/** The answer to a failed request: the exception's name in the header, its text in the body. */
export function toFailureReply(failure: AwsFailure): WholeReply {
  const unknown = failure.exception === "UnknownOperationException";
  const body = unknown
    ? { Output: { __type: "com.amazon.coral.service#UnknownOperationException" }, Version: "1.0" }
    : { message: failure.message, ...failure.members };
  return {
    kind: "whole",
    status: failure.status,
    headers: { "content-type": "application/json", "x-amzn-errortype": failure.exception },
    body: JSON.stringify(body),
  };
}

/** Whatever went wrong that nobody foresaw is AWS's own fault, as it would be there. */
export function toAwsFailure(error: unknown): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new AwsFailure("InternalServerException", `The emulator failed unexpectedly: ${detail}`);
}
