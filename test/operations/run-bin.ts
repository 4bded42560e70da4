import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program as people start it. */
export const bin = fileURLToPath(new URL("../../packages/gateway/bin/outcrop.js", import.meta.url));

/** The bin runs what was built: without a build its tests have nothing to test. */
export const isBuilt = existsSync(new URL("../../packages/gateway/dist/main.js", import.meta.url));

/** A run of the program. */
export interface Run {
  /** What it has said, on both streams. */
  output(): string;
  /** Resolves when the output holds the pattern, with what it finds. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code, when the process and all its output have ended. */
  readonly ended: Promise<number | null>;
}

export interface RunOptions {
  /** The whole environment, but for what Node needs. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Arguments of Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** Starts the program in a process of its own; `stopRuns` ends what a test has left running. */
export function runBin(args: readonly string[], { env = {}, cwd, nodeArgs = [] }: RunOptions = {}): Run {
  const child = spawn(process.execPath, [...nodeArgs, bin, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
  });
  const watchers = new Set<() => void>();
  let text = "";
  const take = (bytes: Buffer) => {
    text += bytes.toString();
    for (const watch of watchers) watch();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const run: Run = {
    output: () => text,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const found = pattern.exec(text);
          if (!found) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`it has ended: ${text}`)));
      }),
    signal: (name) => void child.kill(name),
    ended,
  };
  runs.add(run);
  void ended.then(() => runs.delete(run));
  return run;
}

const runs = new Set<Run>();

export async function stopRuns(): Promise<void> {
  const left = [...runs];
  for (const run of left) run.signal("SIGKILL");
  await Promise.all(left.map((run) => run.ended));
}

/** A folder for a test's files. */
export interface Folder {
  /** Writes a file, and gives its path. */
  write(name: string, text: string): string;
  remove(): void;
}

export function createFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), "outcrop-operations-"));
  return {
    write(name, text) {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
