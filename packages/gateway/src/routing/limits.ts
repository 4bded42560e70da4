import type { DeploymentRouting } from "../config/gateway-config.ts";
import type { CallOptions } from "./router.ts";

/** How long one try may take. */
export interface TryLimits {
  /** Milliseconds to the first event; for a whole answer that is all of it. */
  readonly firstEventMs: number;
  /** Milliseconds for everything. */
  readonly wholeMs: number;
  /** Whether the request itself set one of them: then a timeout says nothing about the deployment. */
  readonly isAsked: boolean;
}

/** A request's own `timeout` is for all of its tries together, the config's for each of them. 0 is no limit. */
export function tryLimits(
  routing: Pick<DeploymentRouting, "timeout" | "streamTimeout">,
  options: Pick<CallOptions, "timeout" | "streamTimeout">,
  { stream, leftMs }: { stream: boolean; leftMs: number },
): TryLimits {
  const wholeMs = options.timeout === undefined ? toMs(routing.timeout) : leftMs;
  const firstEventMs = stream
    ? Math.min(toMs(options.streamTimeout ?? routing.streamTimeout), wholeMs)
    : wholeMs;
  return {
    firstEventMs,
    wholeMs,
    isAsked: options.timeout !== undefined || (stream && options.streamTimeout !== undefined),
  };
}

/** Seconds in milliseconds; 0 is no limit. */
export function toMs(seconds: number): number {
  return seconds > 0 ? seconds * 1000 : Infinity;
}
