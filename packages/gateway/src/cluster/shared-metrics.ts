import { OutcropError } from "@outcrop/sdk";
import type { Metrics, RenderedMetrics } from "../telemetry/metrics.ts";
import type { Pause } from "../telemetry/pause.ts";
import { type MetricsMessage, readMetricsMessage } from "./metrics-messages.ts";

/** A worker's line to its primary. */
export interface PrimaryChannel {
  send(message: MetricsMessage): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface SharedMetricsOptions {
  readonly channel: PrimaryChannel;
  /** Milliseconds that the primary is waited for. */
  readonly patienceMs: number;
  readonly pause: Pause;
}

/** The same metrics, but rendered as the sum over all workers, whichever of them is asked. */
export function shareMetrics(
  metrics: Metrics,
  { channel, patienceMs, pause }: SharedMetricsOptions,
): Metrics {
  const queries = new Map<number, (rendered: RenderedMetrics) => void>();
  let nextQuery = 0;

  channel.onMessage((given) => {
    const message = readMetricsMessage(given);
    if (message?.type === "outcrop:metrics-rendered") queries.get(message.query)?.(message.rendered);
    if (message?.type === "outcrop:metrics-count") void count(message.round);
  });

  async function count(round: number): Promise<void> {
    channel.send({ type: "outcrop:metrics-counted", round, snapshot: await metrics.snapshot() });
  }

  async function expire(signal: AbortSignal): Promise<never> {
    await pause(patienceMs, signal);
    throw new OutcropError("timeout", "The workers' metrics could not be gathered in time.");
  }

  return {
    ...metrics,
    async render() {
      const query = nextQuery++;
      const timer = new AbortController();
      try {
        const rendered = new Promise<RenderedMetrics>((resolve) => queries.set(query, resolve));
        channel.send({ type: "outcrop:metrics-wanted", query });
        return await Promise.race([rendered, expire(timer.signal)]);
      } finally {
        timer.abort();
        queries.delete(query);
      }
    },
  };
}
