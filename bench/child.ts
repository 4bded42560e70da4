/** The programs of a bench: processes of their own, that end with it. */
import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";

const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** The gateway as its users start it. */
export const outcrop = fileURLToPath(new URL("../packages/gateway/bin/outcrop.js", import.meta.url));

/** Starts a program. The bench ends with it, should it end before. */
export function start(file: string, args: readonly string[], options: ForkOptions = {}): ChildProcess {
  const child = fork(file, args, options);
  children.add(child);
  child.once("exit", (code, signal) => {
    children.delete(child);
    if (child.killed) return;
    console.error(`${file} has ended by itself: ${signal ?? code}`);
    process.exit(1);
  });
  return child;
}

/** Asks a child over IPC, and gives back its answer. */
export async function tell(child: ChildProcess, wish: unknown): Promise<unknown> {
  const answer = once(child, "message");
  child.send(wish as string);
  return ((await answer) as [unknown])[0];
}

/** Waits until something answers at a URL, whatever its status. */
export async function answersAt(url: string): Promise<void> {
  while (!(await isAnswered(url))) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAnswered(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, (response) => {
      response.resume();
      resolve(true);
    });
    asked.once("error", () => resolve(false));
    asked.end();
  });
}
