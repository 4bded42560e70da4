import type { MetricSnapshot, RenderedMetrics } from "../telemetry/metrics.ts";
import type { Pause } from "../telemetry/pause.ts";
import type { MetricsMessage } from "./metrics-messages.ts";

/** A worker, as the collector sees it. */
export interface MetricsPeer {
  readonly id: number;
  send(message: MetricsMessage): void;
}

/** Arithmetic over what processes have counted. */
export interface MetricSums {
  addSnapshots(snapshots: readonly MetricSnapshot[]): Promise<MetricSnapshot>;
  renderSnapshots(snapshots: readonly MetricSnapshot[]): Promise<RenderedMetrics>;
}

export interface MetricsCollectorOptions {
  /** The workers that are there. */
  readonly peers: () => readonly MetricsPeer[];
  readonly sums: () => Promise<MetricSums>;
  /** Milliseconds that a busy worker is waited for. */
  readonly patienceMs: number;
  readonly pause: Pause;
}

/** Gathers the workers' metrics in the primary, for whichever worker is asked for `/metrics`. */
export interface MetricsCollector {
  onMessage(peer: MetricsPeer, message: MetricsMessage): void;
  onExit(peerId: number): void;
}

/** One question to all workers. */
interface Round {
  readonly missing: Set<number>;
  readonly complete: AbortController;
}

/**
 * Counters never go back, as Prometheus takes that for a restart: what a worker has last told stays in the sum after
 * its end, and stands in for a worker that is too busy to answer.
 */
export function createMetricsCollector(options: MetricsCollectorOptions): MetricsCollector {
  const { peers, sums, patienceMs, pause } = options;
  const latest = new Map<number, MetricSnapshot>();
  const rounds = new Map<number, Round>();
  let ended: Promise<MetricSnapshot> = Promise.resolve([]);
  let nextRound = 0;

  async function gather(): Promise<RenderedMetrics> {
    const number = nextRound++;
    const asked = peers();
    const round = { missing: new Set(asked.map(({ id }) => id)), complete: new AbortController() };
    rounds.set(number, round);
    for (const peer of asked) peer.send({ type: "outcrop:metrics-count", round: number });
    if (asked.length > 0) await pause(patienceMs, round.complete.signal).catch(() => undefined);
    rounds.delete(number);
    // Both of the same moment: a worker that ends meanwhile must be in one of them.
    const counted = [...latest.values()];
    const past = await ended;
    return (await sums()).renderSnapshots([past, ...counted]);
  }

  async function answer(peer: MetricsPeer, query: number): Promise<void> {
    try {
      peer.send({ type: "outcrop:metrics-rendered", query, rendered: await gather() });
    } catch {
      // The worker's own patience ends too, and it says so to whoever has asked.
    }
  }

  function settle(round: Round, id: number): void {
    round.missing.delete(id);
    if (round.missing.size === 0) round.complete.abort();
  }

  async function addTo(past: Promise<MetricSnapshot>, last: MetricSnapshot): Promise<MetricSnapshot> {
    const arithmetic = await sums();
    return arithmetic.addSnapshots([await past, last.filter(({ type }) => type !== "gauge")]);
  }

  return {
    onMessage(peer, message) {
      if (message.type === "outcrop:metrics-counted") {
        latest.set(peer.id, message.snapshot);
        const round = rounds.get(message.round);
        if (round) settle(round, peer.id);
      } else if (message.type === "outcrop:metrics-wanted") {
        void answer(peer, message.query);
      }
    },
    onExit(peerId) {
      const last = latest.get(peerId);
      if (last) ended = addTo(ended, last);
      latest.delete(peerId);
      for (const round of rounds.values()) settle(round, peerId);
    },
  };
}
