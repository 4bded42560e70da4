import { setTimeout as delay } from "node:timers/promises";
import { AwsFailure, defaultMessage, isExceptionName } from "../aws/failure.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Fault, FaultKind } from "./fault.ts";

/** What a fault works with. */
export interface FaultContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** How many frames at the end of the stream say how the answer ended. */
  readonly finalFrames: number;
}

/** A reset overtakes what was written just before it: give that a moment to leave. */
export async function flushed(): Promise<void> {
  await delay(20);
}

export async function hold(fault: Fault, { clock, signal }: FaultContext): Promise<void> {
  await clock.sleep(fault.delay ?? Number.MAX_SAFE_INTEGER, signal);
  signal.throwIfAborted();
}

export function flipBit(bytes: Buffer, index: number): void {
  const at = Math.min(index, bytes.length - 1);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x01, at);
}

export function find(faults: readonly Fault[], kind: FaultKind): Fault | undefined {
  return faults.find((fault) => fault.kind === kind);
}

/** The exception of a fault. */
export function toFailure(fault: Fault, otherwise: string): AwsFailure {
  const exception = fault.exception ?? otherwise;
  const text = isExceptionName(exception) ? defaultMessage[exception] : "";
  return new AwsFailure(exception, fault.message ?? text, { status: fault.status });
}
