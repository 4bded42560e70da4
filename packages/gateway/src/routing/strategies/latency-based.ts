import type { LatencyKind, LatencySample } from "../state.ts";
import { type Strategy, type StrategyContext, numberOf, pickAny } from "./strategy.ts";

/**
 * One of the fastest: by the time to the first event for streams, by the time for each token else, averaged over the latest
 * calls. `routing_strategy_args` are LiteLLM's: `ttl` (seconds that a sample counts, default 3600),
 * `max_latency_list_size` (samples, default 10) and `lowest_latency_buffer` (how much slower than the fastest still counts
 * as fast, as a fraction, default 0). Whoever was not measured yet is measured first.
 */
export const latencyBased: Strategy = (entries, context) => {
  const kind: LatencyKind = context.stream ? "first-event" : "token";
  const averages = entries.map(({ id }) => average(context.view(id).latencies, kind, context));
  const unmeasured = entries.filter((_, index) => averages[index] === undefined);
  if (unmeasured.length > 0) return pickAny(unmeasured, context.random);
  const times = averages.map((time) => time ?? Infinity);
  const slowest = Math.min(...times) * (1 + numberOf(context.args, "lowest_latency_buffer", 0));
  return pickAny(
    entries.filter((_, index) => (times[index] ?? Infinity) <= slowest),
    context.random,
  );
};

function average(
  samples: readonly LatencySample[],
  kind: LatencyKind,
  { now, args }: Pick<StrategyContext, "now" | "args">,
): number | undefined {
  const oldest = now - numberOf(args, "ttl", 3600) * 1000;
  const size = Math.max(1, numberOf(args, "max_latency_list_size", 10));
  const counted = samples.filter((sample) => sample.kind === kind && sample.at >= oldest).slice(-size);
  if (counted.length === 0) return undefined;
  return counted.reduce((sum, { ms }) => sum + ms, 0) / counted.length;
}
