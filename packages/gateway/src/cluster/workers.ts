import cluster, { type Worker } from "node:cluster";
import type { Metrics } from "../telemetry/metrics.ts";
import { pauseHeld, pauseUnheld } from "../telemetry/pause.ts";
import { type MetricsPeer, createMetricsCollector } from "./metrics-collector.ts";
import { readMetricsMessage } from "./metrics-messages.ts";
import { shareMetrics } from "./shared-metrics.ts";
import { type Supervisor, type WorkerEvent, type WorkerListener, createSupervisor } from "./supervisor.ts";

/** What runs in each worker. SIGHUP is its own matter: the signal reaches every worker. */
export interface RunningWorker {
  /** Takes no more requests, and resolves when the open ones have ended. */
  close(): Promise<void>;
}

export interface WorkersOptions {
  /** `--num_workers`. */
  readonly count: number;
  /** Starts the gateway; called in the workers only. */
  readonly start: () => Promise<RunningWorker>;
  /** Told in the primary. */
  readonly onEvent?: (event: WorkerEvent) => void;
}

/**
 * Runs the gateway in several processes that share one port. Called alike in the primary and in the workers, which
 * Node starts with the same command line. SIGTERM and SIGINT end them in order, and at once the second time; SIGHUP is
 * passed on.
 *
 * @returns in the primary, when all workers have ended; in a worker, never: its process ends.
 * @throws Error when the workers can't start.
 */
export async function runWorkers({ count, start, onEvent = () => undefined }: WorkersOptions): Promise<void> {
  if (cluster.isWorker) return runWorker(start);
  const supervisor = createSupervisor({ count, fork, pause: pauseHeld, onEvent });
  passSignalsOn(supervisor);
  collectMetrics();
  await supervisor.run();
}

const readyMessage = "outcrop:ready";

function fork(listener: WorkerListener) {
  const worker = cluster.fork();
  worker.on("message", (message: unknown) => {
    if (message === readyMessage) listener.onReady();
  });
  worker.on("exit", (code, signal: string | null) => listener.onExit(signal ?? code));
  return { pid: worker.process.pid, signal: (name: NodeJS.Signals) => void worker.process.kill(name) };
}

function passSignalsOn(supervisor: Supervisor): void {
  let isEnding = false;
  const end = () => {
    if (isEnding) {
      supervisor.signal("SIGKILL");
      process.exit(1);
    }
    isEnding = true;
    supervisor.stop();
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  process.on("SIGHUP", () => supervisor.signal("SIGHUP"));
}

async function runWorker(start: WorkersOptions["start"]): Promise<never> {
  // A terminal interrupts the whole group; the primary passes it on in order.
  process.on("SIGINT", () => undefined);
  const running = await start().catch(failToStart);
  const ended = new Promise<void>((resolve) => process.once("SIGTERM", resolve));
  process.send?.(readyMessage);
  await ended;
  await running.close();
  process.exit(0);
}

/** Without this the worker would live on, neither serving nor ending. */
function failToStart(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/** Milliseconds: a worker asks the others, so its own patience is the longer. */
const workerPatience = 2000;
const primaryPatience = 3000;

function collectMetrics(): void {
  const collector = createMetricsCollector({
    peers: () => Object.values(cluster.workers ?? {}).flatMap((worker) => (worker ? [toPeer(worker)] : [])),
    // The primary answers no requests: it loads the library only when somebody asks for metrics.
    sums: () => import("../telemetry/metric-sums.ts"),
    patienceMs: workerPatience,
    pause: pauseUnheld,
  });
  cluster.on("message", (worker, given: unknown) => {
    const message = readMetricsMessage(given);
    if (message) collector.onMessage(toPeer(worker), message);
  });
  cluster.on("exit", (worker) => collector.onExit(worker.id));
}

function toPeer(worker: Worker): MetricsPeer {
  return { id: worker.id, send: (message) => void (worker.isConnected() && worker.send(message)) };
}

/** In a worker, the same metrics summed over all workers; elsewhere the metrics as they are. */
export function shareMetricsOfWorkers(metrics: Metrics): Metrics {
  if (!cluster.isWorker) return metrics;
  const channel = {
    send: (message: object) => void process.send?.(message),
    onMessage: (listener: (message: unknown) => void) => void process.on("message", listener),
  };
  return shareMetrics(metrics, { channel, patienceMs: primaryPatience, pause: pauseUnheld });
}
