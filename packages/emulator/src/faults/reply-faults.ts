import { ConnectionReset } from "../http/message.ts";
import type { HttpReply, WholeReply } from "../http/message.ts";
import type { Fault } from "./fault.ts";
import { faultStream } from "./stream-faults.ts";
import { find, flipBit, flushed, hold, toFailure } from "./strike.ts";
import type { FaultContext } from "./strike.ts";

/** What AWS has sent, with status 200, in place of a stream. */
const strayBody = {
  Output: { __type: "com.amazon.coral.service#UnknownOperationException" },
  Version: "1.0",
};

/** Faults that strike before the call is served. Returns an answer, or undefined to go on. */
export async function faultBefore(
  faults: readonly Fault[],
  given: FaultContext & { streaming: boolean },
): Promise<HttpReply | undefined> {
  const slow = find(faults, "slow");
  if (slow?.delay !== undefined) await given.clock.sleep(slow.delay, given.signal);
  const hang = find(faults, "hang");
  if (hang !== undefined && hang.after === undefined) await hold(hang, given);
  const reset = find(faults, "reset");
  if (reset !== undefined && reset.after === undefined) throw new ConnectionReset();
  const error = find(faults, "error");
  if (error !== undefined) throw toFailure(error, "ThrottlingException");
  const stray = find(faults, "json-body");
  if (stray === undefined || !given.streaming) return undefined;
  const body = JSON.stringify(stray.body ?? strayBody);
  return { kind: "whole", status: 200, headers: { "content-type": "application/json" }, body };
}

/** Faults that strike the answer. */
export function faultReply(reply: HttpReply, faults: readonly Fault[], given: FaultContext): HttpReply {
  if (reply.kind === "stream") return { ...reply, chunks: faultStream(reply.chunks, faults, given) };
  return faultWhole(reply, faults, given);
}

function faultWhole(reply: WholeReply, faults: readonly Fault[], { random }: FaultContext): HttpReply {
  const body = Buffer.from(reply.body);
  const corrupt = find(faults, "corrupt");
  if (corrupt !== undefined) {
    flipBit(body, corrupt.bytes ?? random.integer(0, body.length - 1));
    return { ...reply, body };
  }
  const truncate = find(faults, "truncate");
  if (truncate === undefined) return reply;
  const part = body.subarray(0, truncate.bytes ?? Math.floor(body.length / 2));
  return { ...reply, kind: "stream", chunks: cutOff(part) };
}

async function* cutOff(part: Buffer): AsyncGenerator<Buffer> {
  yield part;
  await flushed();
  throw new ConnectionReset();
}
