import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { samplesOf } from "../telemetry/samples.ts";

interface Line {
  readonly type: string;
  readonly pid: number;
  readonly port: number;
  readonly message: string;
}

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** Two real workers under their primary; what they say is one JSON line each. */
function startCluster(behaviour = "serve") {
  const child = spawn(
    process.execPath,
    [
      "--conditions=outcrop-source",
      fileURLToPath(new URL("fixtures/serve.ts", import.meta.url)),
      "0",
      behaviour,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  running.add(child);
  const exited = once(child, "exit").finally(() => running.delete(child));
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(JSON.parse(line) as Line);
    for (const look of waiting) look();
  });
  /** Waits until as many lines of a type have come. */
  function heard(type: string, count = 1): Promise<readonly Line[]> {
    return new Promise((resolve) => {
      const look = () => {
        const found = lines.filter((line) => line.type === type);
        if (found.length < count) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  }
  return { child, exited, heard, errors: text(child.stderr) };
}

/** One request on a connection of its own; `end` is left to the caller. */
function open(port: number, path: string, method = "GET") {
  const sent = request({ host: "127.0.0.1", port, path, method, agent: false });
  const response = once(sent, "response").then(([message]) => message as IncomingMessage);
  return { sent, response };
}

async function get(port: number, path = "/"): Promise<string> {
  const { sent, response } = open(port, path);
  sent.end();
  return text(await response);
}

/** Asks until both workers have answered. */
async function pidsOf(port: number): Promise<ReadonlySet<number>> {
  const pids = new Set<number>();
  while (pids.size < 2) pids.add(Number(await get(port)));
  return pids;
}

async function countedRequests(port: number): Promise<number> {
  const samples = Object.entries(samplesOf(await get(port, "/metrics")));
  return samples.find(([name]) => name.startsWith("litellm_proxy_total_requests"))?.[1] ?? 0;
}

async function startReady() {
  const cluster = startCluster();
  await cluster.heard("ready", 2);
  const [listening] = await cluster.heard("listening", 2);
  if (!listening) throw new Error("nobody listens");
  return { ...cluster, port: listening.port };
}

describe("a pair that runs", () => {
  let pair: Awaited<ReturnType<typeof startReady>>;
  beforeAll(async () => {
    pair = await startReady();
  });
  afterAll(async () => {
    pair.child.kill("SIGTERM");
    await pair.exited;
  });

  test("shares one port", async () => {
    const pids = (await pair.heard("listening", 2)).map(({ pid }) => pid);
    expect(await pidsOf(pair.port)).toEqual(new Set(pids));
  });

  test("shows the metrics of both, whichever is asked", async () => {
    const before = await countedRequests(pair.port);
    await pidsOf(pair.port);
    const asked = await Promise.all(Array.from({ length: 10 }, () => get(pair.port)));
    const counts = await Promise.all(Array.from({ length: 6 }, () => countedRequests(pair.port)));
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeGreaterThanOrEqual(before + asked.length + 2);
  });

  test("is reached by SIGHUP, each time", async () => {
    pair.child.kill("SIGHUP");
    await pair.heard("reloaded", 2);
    pair.child.kill("SIGHUP");
    const reloaded = await pair.heard("reloaded", 4);
    expect(new Set(reloaded.map(({ pid }) => pid)).size).toBe(2);
  });

  test("replaces a worker that falls, and keeps the port open and the counters up", async () => {
    const before = await countedRequests(pair.port);
    const [victim = 0] = await pidsOf(pair.port);
    process.kill(victim, "SIGKILL");
    await pair.heard("exited");
    expect(await countedRequests(pair.port)).toBeGreaterThanOrEqual(before);
    await pair.heard("ready", 3);
    const now = await pidsOf(pair.port);
    expect(now.has(victim)).toBe(false);
  });
});

describe("SIGTERM", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "or %s lets an open stream end, and then the process",
    async (signal) => {
      const { child, exited, heard, port } = await startReady();
      const { sent, response } = open(port, "/", "POST");
      sent.flushHeaders();
      const stream = await response;
      child.kill(signal);
      // The worker without a stream ends at once; the other waits for its stream.
      await heard("closed");
      sent.end();
      expect(await text(stream)).toMatch(/^\d+\nfinished\n$/);
      await heard("closed", 2);
      await heard("ended");
      expect(await exited).toEqual([0, null]);
    },
  );

  test("the second time ends at once", async () => {
    const { child, exited, heard, port } = await startReady();
    const { sent, response } = open(port, "/", "POST");
    sent.flushHeaders();
    const stream = await response;
    child.kill("SIGTERM");
    await heard("closed");
    child.kill("SIGTERM");
    expect(await exited).toEqual([1, null]);
    await expect(text(stream)).rejects.toThrow();
    sent.destroy();
  });
});

test("workers that can't start end the whole, and say why", async () => {
  const { exited, heard, errors } = startCluster("fail");
  const [failed] = await heard("failed");
  expect(failed?.message).toContain("could not start");
  expect(await exited).toEqual([1, null]);
  expect(await errors).toContain("the port is taken");
});
