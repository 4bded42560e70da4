import { describe, expect, test } from "vitest";
import {
  type WorkerEvent,
  type WorkerListener,
  type WorkerProcess,
  createSupervisor,
} from "../../src/cluster/supervisor.ts";

interface FakeWorker extends WorkerListener {
  readonly pid: number;
  readonly signals: string[];
}

/** A supervisor over workers that only the test lets live and die. */
function supervise(count: number) {
  const workers: FakeWorker[] = [];
  const events: WorkerEvent[] = [];
  const pauses: { readonly milliseconds: number; end(): void }[] = [];
  const supervisor = createSupervisor({
    count,
    fork(listener): WorkerProcess {
      const worker: FakeWorker = { pid: workers.length + 1, signals: [], ...listener };
      workers.push(worker);
      return { pid: worker.pid, signal: (name) => void worker.signals.push(name) };
    },
    pause: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        pauses.push({ milliseconds, end: () => resolve(undefined) });
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    onEvent: (event) => events.push(event),
  });
  const outcome = supervisor.run().then(
    () => "ended",
    (error: unknown) => String(error),
  );
  const worker = (number: number): FakeWorker => workers[number - 1] ?? fail(number);
  return { supervisor, workers, worker, events, pauses, outcome };
}

function fail(number: number): never {
  throw new Error(`there is no worker ${number}`);
}

/** Lets all that is ready to run, run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

test("as many workers are started as asked for", async () => {
  const { workers } = supervise(3);
  await settle();
  expect(workers).toHaveLength(3);
});

test("a worker that falls is started again, and the others are left alone", async () => {
  const { workers, worker, pauses, events } = supervise(2);
  worker(1).onReady();
  worker(2).onReady();
  worker(1).onExit("SIGKILL");
  await settle();
  expect(workers).toHaveLength(2);
  pauses[0]?.end();
  await settle();
  expect(workers).toHaveLength(3);
  expect(events).toEqual([
    { type: "ready", pid: 1 },
    { type: "ready", pid: 2 },
    { type: "exited", pid: 1, reason: "SIGKILL" },
    { type: "restarting", delayMs: 1000 },
  ]);
  expect(worker(2).signals).toEqual([]);
});

test("one that does not come up is waited for longer and longer, and one that did is not", async () => {
  const { workers, worker, pauses } = supervise(1);
  worker(1).onReady();
  for (let count = 0; count < 8; count++) {
    workers.at(-1)?.onExit(1);
    await settle();
    pauses.at(-1)?.end();
    await settle();
  }
  expect(pauses.map(({ milliseconds }) => milliseconds)).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ]);
  workers.at(-1)?.onReady();
  workers.at(-1)?.onExit(1);
  await settle();
  expect(pauses.at(-1)?.milliseconds).toBe(1000);
});

describe("the start", () => {
  test("is given up when the first worker can't start", async () => {
    const { workers, worker, outcome, pauses } = supervise(2);
    worker(1).onExit(1);
    await settle();
    expect(worker(2).signals).toEqual(["SIGTERM"]);
    worker(2).onExit("SIGTERM");
    expect(await outcome).toContain("could not start (1)");
    expect(workers).toHaveLength(2);
    expect(pauses).toEqual([]);
  });

  test("has succeeded when one worker is ready", async () => {
    const { workers, worker, pauses } = supervise(2);
    worker(1).onReady();
    worker(2).onExit(1);
    await settle();
    pauses[0]?.end();
    await settle();
    expect(workers).toHaveLength(3);
  });
});

describe("the end", () => {
  test("comes when all workers have ended, and none is started any more", async () => {
    const { supervisor, workers, worker, outcome } = supervise(2);
    worker(1).onReady();
    worker(2).onReady();
    supervisor.stop();
    expect([worker(1).signals, worker(2).signals]).toEqual([["SIGTERM"], ["SIGTERM"]]);
    let isOver = false;
    void outcome.then(() => (isOver = true));
    worker(1).onExit(0);
    await settle();
    expect(isOver).toBe(false);
    worker(2).onExit(0);
    expect(await outcome).toBe("ended");
    expect(workers).toHaveLength(2);
  });

  test("does not wait for a worker that is yet to be started again", async () => {
    const { supervisor, worker, outcome, workers } = supervise(1);
    worker(1).onReady();
    worker(1).onExit(1);
    await settle();
    supervisor.stop();
    expect(await outcome).toBe("ended");
    expect(workers).toHaveLength(1);
  });
});

test("signals reach the workers that run", async () => {
  const { supervisor, worker, pauses } = supervise(2);
  worker(1).onReady();
  worker(2).onReady();
  worker(1).onExit(1);
  await settle();
  supervisor.signal("SIGHUP");
  expect(worker(1).signals).toEqual([]);
  expect(worker(2).signals).toEqual(["SIGHUP"]);
  pauses[0]?.end();
  await settle();
  supervisor.signal("SIGHUP");
  expect(worker(3).signals).toEqual(["SIGHUP"]);
});
