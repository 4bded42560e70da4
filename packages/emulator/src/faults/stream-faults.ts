import { setImmediate as nextTurn } from "node:timers/promises";
import { encodeFailure } from "../aws/answer-frames.ts";
import { encodeError } from "../aws/event-stream.ts";
import { ConnectionReset } from "../http/message.ts";
import type { Fault } from "./fault.ts";
import { find, flipBit, flushed, hold, toFailure } from "./strike.ts";
import type { FaultContext } from "./strike.ts";

type Frames = AsyncIterable<Uint8Array>;

/** Frames that pass before a fault strikes, when it doesn't say. */
const usualStart = 1;
const usualPiece = 7;

/** Applies every fault of a stream, from those that change which frames there are to those that cut bytes. */
export function faultStream(frames: Frames, faults: readonly Fault[], given: FaultContext): Frames {
  let stream = frames;
  for (const fault of faults) stream = applyFrameFault(stream, fault, given);
  const fragment = find(faults, "fragment");
  return fragment === undefined ? stream : splitBytes(stream, fragment.bytes ?? usualPiece, given);
}

function applyFrameFault(frames: Frames, fault: Fault, given: FaultContext): Frames {
  switch (fault.kind) {
    case "no-final":
      return dropLast(frames, given.finalFrames);
    case "slow":
      return fault.tokensPerSecond === undefined ? frames : pace(frames, fault.tokensPerSecond, given);
    case "stream-error":
    case "error-frame":
    case "truncate":
    case "corrupt":
    case "reset":
    case "hang":
      return strikeFrame(frames, fault, given);
    case "error":
    case "fragment":
    case "json-body":
    case "padding":
    case "leak-native-tokens":
    case "leak-function-text":
    case "leak-channel":
      return frames;
  }
}

/** Strikes one frame: that after the first few, or the last one of a stream that is shorter. */
async function* strikeFrame(frames: Frames, fault: Fault, given: FaultContext): AsyncGenerator<Uint8Array> {
  const start = fault.after ?? usualStart;
  const goesOn = fault.kind === "corrupt" || fault.kind === "hang";
  let passed = 0;
  let held: Uint8Array | undefined;
  for await (const frame of frames) {
    if (held !== undefined) {
      if (passed !== start) yield held;
      else {
        yield* strike(Buffer.from(held), fault, given);
        if (!goesOn) return;
      }
      passed++;
    }
    held = frame;
  }
  if (held === undefined) return;
  if (passed > start) yield held;
  else yield* strike(Buffer.from(held), fault, given);
}

async function* strike(frame: Buffer, fault: Fault, given: FaultContext): AsyncGenerator<Uint8Array> {
  switch (fault.kind) {
    case "stream-error":
      yield encodeFailure(toFailure(fault, "ModelStreamErrorException"));
      return;
    case "error-frame":
      yield encodeError(fault.code ?? "InternalFailure", fault.message ?? "An internal failure happened.");
      return;
    case "truncate":
      yield frame.subarray(0, fault.bytes ?? Math.floor(frame.length / 2));
      return;
    case "corrupt":
      // Behind the prelude by default: a damaged length would be noticed there already.
      flipBit(frame, fault.bytes ?? given.random.integer(12, frame.length - 5));
      yield frame;
      return;
    case "hang":
      await hold(fault, given);
      yield frame;
      return;
    default:
      await flushed();
      throw new ConnectionReset();
  }
}

async function* dropLast(frames: Frames, count: number): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  for await (const frame of frames) {
    held.push(frame);
    if (held.length > count) {
      const first = held.shift();
      if (first !== undefined) yield first;
    }
  }
}

async function* pace(
  frames: Frames,
  perSecond: number,
  { clock, signal }: FaultContext,
): AsyncGenerator<Uint8Array> {
  for await (const frame of frames) {
    await clock.sleep(1000 / perSecond, signal);
    if (signal.aborted) return;
    yield frame;
  }
}

/** Pieces that know nothing of frames, each in a write of its own. */
async function* splitBytes(
  frames: Frames,
  most: number,
  { random }: FaultContext,
): AsyncGenerator<Uint8Array> {
  for await (const frame of frames) {
    for (let from = 0; from < frame.length;) {
      const to = from + random.integer(1, Math.max(1, most));
      yield frame.subarray(from, to);
      from = to;
      await nextTurn();
    }
  }
}
