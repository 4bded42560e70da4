import type { Pause } from "../telemetry/pause.ts";

/** A process that answers requests. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  signal(name: NodeJS.Signals): void;
}

/** What a worker process tells its supervisor. */
export interface WorkerListener {
  /** It takes requests. */
  onReady(): void;
  /** It has ended; a code or a signal says how. */
  onExit(reason: number | string): void;
}

/** What is worth a line in the log. */
export type WorkerEvent =
  | { readonly type: "ready"; readonly pid: number | undefined }
  | { readonly type: "exited"; readonly pid: number | undefined; readonly reason: number | string }
  | { readonly type: "restarting"; readonly delayMs: number };

export interface SupervisorOptions {
  readonly count: number;
  readonly fork: (listener: WorkerListener) => WorkerProcess;
  readonly pause: Pause;
  readonly onEvent: (event: WorkerEvent) => void;
}

/** Keeps so many workers running until it is told to stop. */
export interface Supervisor {
  /**
   * Resolves when it has been stopped and every worker has ended.
   * @throws Error when the first workers can't even start: starting them again would not mend a config or a taken port.
   */
  run(): Promise<void>;
  /** Passes a signal on to all workers. */
  signal(name: NodeJS.Signals): void;
  /** Lets all workers end in order, and starts no more. */
  stop(): void;
}

/** Milliseconds before a worker is started again; doubled each time that it does not come up. */
const firstDelay = 1000;
const longestDelay = 30_000;

export function createSupervisor({ count, fork, pause, onEvent }: SupervisorOptions): Supervisor {
  const running = new Set<WorkerProcess>();
  const stopping = new AbortController();
  let hasEverBeenReady = false;

  /** Runs one worker to its end. */
  function runOnce(): Promise<{ wasReady: boolean; reason: number | string }> {
    return new Promise((resolve) => {
      let wasReady = false;
      const worker: WorkerProcess = fork({
        onReady() {
          wasReady = true;
          hasEverBeenReady = true;
          onEvent({ type: "ready", pid: worker.pid });
        },
        onExit(reason) {
          running.delete(worker);
          onEvent({ type: "exited", pid: worker.pid, reason });
          resolve({ wasReady, reason });
        },
      });
      running.add(worker);
    });
  }

  async function keepOne(): Promise<void> {
    let delayMs = firstDelay;
    while (!stopping.signal.aborted) {
      const { wasReady, reason } = await runOnce();
      if (stopping.signal.aborted) return;
      if (!hasEverBeenReady) throw new Error(`A worker could not start (${reason}).`);
      delayMs = wasReady ? firstDelay : Math.min(delayMs * 2, longestDelay);
      onEvent({ type: "restarting", delayMs });
      await pause(delayMs, stopping.signal).catch(() => undefined);
    }
  }

  function signal(name: NodeJS.Signals): void {
    for (const worker of running) worker.signal(name);
  }

  function stop(): void {
    stopping.abort();
    signal("SIGTERM");
  }

  return {
    async run() {
      const kept = Array.from({ length: count }, keepOne);
      try {
        await Promise.all(kept);
      } catch (error) {
        stop();
        await Promise.allSettled(kept);
        throw error;
      }
    },
    signal,
    stop,
  };
}
