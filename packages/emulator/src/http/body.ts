import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { AwsFailure } from "../aws/failure.ts";
import type { HttpLimits } from "./message.ts";

/** Bytes of bodies in memory, over all requests of a listener. */
export interface BodyBudget {
  readonly limits: HttpLimits;
  used: number;
}

export interface Body {
  readonly bytes: Buffer;
  /** Why the body was not read to its end. */
  readonly refusal: AwsFailure | undefined;
  /** Gives the bytes back to the budget. */
  release(): void;
}

/** Reads a body within the limits; one that passes them is empty and carries its refusal. */
export async function readBody(
  message: IncomingMessage | Http2ServerRequest,
  budget: BodyBudget,
): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  const release = (): void => {
    budget.used -= length;
    length = 0;
  };
  const timer = setTimeout(() => message.destroy(), budget.limits.stall);
  try {
    // A refused request keeps its connection, so that the refusal can be read.
    const pieces = message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of pieces) {
      timer.refresh();
      length += chunk.length;
      budget.used += chunk.length;
      checkLimits(length, budget);
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks, length), refusal: undefined, release };
  } catch (error) {
    release();
    const refusal = error instanceof AwsFailure ? error : new AwsFailure("SerializationException", "");
    return { bytes: Buffer.alloc(0), refusal, release };
  } finally {
    clearTimeout(timer);
  }
}

function checkLimits(length: number, { limits, used }: BodyBudget): void {
  if (length > limits.bodyBytes) {
    const text = `Request size exceeded the limit of ${limits.bodyBytes} bytes.`;
    throw new AwsFailure("RequestEntityTooLargeException", text);
  }
  if (used > limits.totalBodyBytes) {
    throw new AwsFailure("ServiceUnavailableException", "Too many large requests at once.");
  }
}
