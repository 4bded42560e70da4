import { describe, expect, test } from "vitest";
import { type MetricsPeer, createMetricsCollector } from "../../src/cluster/metrics-collector.ts";
import { type MetricsMessage, readMetricsMessage } from "../../src/cluster/metrics-messages.ts";
import { shareMetrics } from "../../src/cluster/shared-metrics.ts";
import { addSnapshots, renderSnapshots } from "../../src/telemetry/metric-sums.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import type { Pause } from "../../src/telemetry/pause.ts";
import { createRedactor } from "../../src/telemetry/redact.ts";
import { record } from "../telemetry/records.ts";
import { samplesOf } from "../telemetry/samples.ts";

/** A pause that only the test ends. */
function createPauses(): { readonly pause: Pause; expire(): void } {
  const ends: (() => void)[] = [];
  return {
    pause: (_milliseconds, signal) =>
      new Promise((resolve, reject) => {
        ends.push(() => resolve(undefined));
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    expire() {
      for (const end of ends.splice(0)) end();
    },
  };
}

/** A primary and its workers in one process; what they say goes through JSON, as between processes. */
function createCluster() {
  const collecting = createPauses();
  const asking = createPauses();
  const peers = new Map<number, MetricsPeer>();
  const mute = new Set<number>();
  const collector = createMetricsCollector({
    peers: () => [...peers.values()],
    sums: () => Promise.resolve({ addSnapshots, renderSnapshots }),
    patienceMs: 2000,
    pause: collecting.pause,
  });
  const copy = (message: MetricsMessage) => readMetricsMessage(JSON.parse(JSON.stringify(message)));

  function startWorker(id: number) {
    const listeners: ((message: unknown) => void)[] = [];
    const peer: MetricsPeer = {
      id,
      send: (message) => {
        for (const listener of listeners) listener(copy(message));
      },
    };
    peers.set(id, peer);
    const metrics = createMetrics({
      redactor: createRedactor(),
      redactKeys: false,
      modelOf: () => undefined,
    });
    const channel = {
      send(message: MetricsMessage) {
        const sent = copy(message);
        if (sent && !mute.has(id)) collector.onMessage(peer, sent);
      },
      onMessage: (listener: (message: unknown) => void) => void listeners.push(listener),
    };
    const shared = shareMetrics(metrics, { channel, patienceMs: 3000, pause: asking.pause });
    return {
      answer: () => shared.observer.finished(record()),
      busy: () => shared.observer.started?.(record()),
      render: async () => samplesOf((await shared.render()).body),
      exit() {
        peers.delete(id);
        collector.onExit(id);
      },
    };
  }
  return { startWorker, mute, collecting, asking };
}

const requests =
  'litellm_proxy_total_requests_metric_total{hashed_api_key="hash-of-key",requested_model="qwen",route="/v1/chat/completions",status_code="200"}';

async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

test("any worker shows what all have counted", async () => {
  const { startWorker } = createCluster();
  const workers = [startWorker(1), startWorker(2), startWorker(3)];
  workers[0]?.answer();
  workers[1]?.answer();
  workers[1]?.answer();
  const shown = await Promise.all(workers.map((worker) => worker.render()));
  expect(shown.map((samples) => samples[requests])).toEqual([3, 3, 3]);
});

describe("counters never go back", () => {
  test("when a worker has ended", async () => {
    const { startWorker } = createCluster();
    const [one, two] = [startWorker(1), startWorker(2)];
    one.answer();
    two.answer();
    expect((await one.render())[requests]).toBe(2);
    two.exit();
    expect((await one.render())[requests]).toBe(2);
    const three = startWorker(3);
    three.answer();
    expect((await one.render())[requests]).toBe(3);
    three.exit();
    expect((await one.render())[requests]).toBe(3);
  });

  test("when a worker is too busy to answer", async () => {
    const { startWorker, mute, collecting } = createCluster();
    const [one, two] = [startWorker(1), startWorker(2)];
    two.answer();
    expect((await one.render())[requests]).toBe(1);
    mute.add(2);
    const rendering = one.render();
    await settle();
    collecting.expire();
    expect((await rendering)[requests]).toBe(1);
  });
});

test("what is in flight in a worker ends with it", async () => {
  const { startWorker } = createCluster();
  const [one, two] = [startWorker(1), startWorker(2)];
  one.busy();
  two.busy();
  expect((await one.render()).litellm_in_flight_requests).toBe(2);
  two.exit();
  expect((await one.render()).litellm_in_flight_requests).toBe(1);
});

test("a worker that ends while it is asked is not waited for", async () => {
  const { startWorker, mute } = createCluster();
  const [one, two] = [startWorker(1), startWorker(2)];
  one.answer();
  mute.add(2);
  const rendering = one.render();
  await settle();
  two.exit();
  expect((await rendering)[requests]).toBe(1);
});

test("without an answer of the primary it says so", async () => {
  const { startWorker, mute, asking } = createCluster();
  const one = startWorker(1);
  mute.add(1);
  const rendering = one.render();
  await settle();
  asking.expire();
  await expect(rendering).rejects.toMatchObject({ code: "timeout" });
});

test.each([undefined, null, "outcrop:ready", 7, {}, { type: 7 }, { type: "@prometheus-io/client:ack" }])(
  "%o is no message of ours",
  (message) => expect(readMetricsMessage(message)).toBeUndefined(),
);
