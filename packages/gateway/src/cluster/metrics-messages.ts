import { isJsonObject } from "@outcrop/sdk";
import type { MetricSnapshot, RenderedMetrics } from "../telemetry/metrics.ts";

/** What workers and their primary say to each other about metrics. */
export type MetricsMessage =
  /** A worker asks for what all of them have counted. */
  | { readonly type: "outcrop:metrics-wanted"; readonly query: number }
  /** The primary asks each worker what it has counted. */
  | { readonly type: "outcrop:metrics-count"; readonly round: number }
  | { readonly type: "outcrop:metrics-counted"; readonly round: number; readonly snapshot: MetricSnapshot }
  /** The answer to a worker's query. */
  | { readonly type: "outcrop:metrics-rendered"; readonly query: number; readonly rendered: RenderedMetrics };

const types: readonly string[] = [
  "outcrop:metrics-wanted",
  "outcrop:metrics-count",
  "outcrop:metrics-counted",
  "outcrop:metrics-rendered",
] satisfies readonly MetricsMessage["type"][];

/** Picks our own messages out of what else goes through the channel between the processes. */
export function readMetricsMessage(message: unknown): MetricsMessage | undefined {
  const isOurs = isJsonObject(message) && typeof message.type === "string" && types.includes(message.type);
  return isOurs ? (message as unknown as MetricsMessage) : undefined;
}
