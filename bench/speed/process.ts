import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { openSync, readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";

/** A program that runs, perhaps with children of its own. */
export interface Running {
  /** Milliseconds from its start until it took a connection. */
  readonly startMs: number;
  /** Processor time of the whole tree so far, in microseconds. */
  cpu(): number;
  /** Resident memory of the whole tree in MB. */
  memory(): number;
  stop(): Promise<void>;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The processor to stay on. */
  readonly core: number;
  readonly port: number;
  /** Where its output goes. */
  readonly log: string;
}

/** Whether programs can be kept on one processor. */
export const canPin = spawnSync("taskset", ["-V"]).error === undefined;

const patienceMs = 90_000;

/** Starts a program on one processor, and waits until it listens. @throws Error when it ends, or never does. */
export async function start({ command, args, env, core, port, log }: Start): Promise<Running> {
  const output = openSync(log, "a");
  const [file, ...rest] = canPin ? ["taskset", "-c", String(core), command, ...args] : [command, ...args];
  const begin = performance.now();
  const child = spawn(file, rest, {
    stdio: ["ignore", output, output],
    env: { ...process.env, ...env },
  });
  await listening(child, port, log);
  const startMs = performance.now() - begin;
  return {
    startMs,
    cpu: () => treeOf(child.pid).reduce((sum, pid) => sum + cpuOf(pid), 0),
    memory: () => treeOf(child.pid).reduce((sum, pid) => sum + memoryOf(pid), 0),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode !== null) return;
      for (const pid of treeOf(child.pid)) kill(pid);
      await ended;
    },
  };
}

async function listening(child: ChildProcess, port: number, log: string): Promise<void> {
  const until = performance.now() + patienceMs;
  while (!(await takes(port))) {
    if (child.exitCode !== null || performance.now() > until) {
      throw new Error(`It does not listen on ${port}. It said: ${readFileSync(log, "utf8").slice(-500)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function takes(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** A process and all below it. */
function treeOf(root: number | undefined): readonly number[] {
  if (root === undefined) return [];
  const children = readText(`/proc/${root}/task/${root}/children`)
    .split(" ")
    .filter((pid) => pid.trim() !== "");
  return [root, ...children.flatMap((pid) => treeOf(Number(pid)))];
}

/** What the scheduler has counted for each thread, in nanoseconds. */
function cpuOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => Number(readText(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]) / 1000)
      .reduce((sum, time) => sum + time, 0);
  } catch {
    return 0;
  }
}

function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
