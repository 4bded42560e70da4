/**
 * Loaded into a gateway that is watched (`node --import`): answers over IPC how long its event loop was held up at the longest since it
 * was last asked, how much memory it has, and what it holds open. With "collect" what nobody needs is collected first (`--expose-gc`).
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

/** What is answered. Milliseconds, and bytes. */
export interface Watched {
  /** Until a timer came that was due: what others wait, whoever held up the loop, the machine's other programs too. */
  readonly longestStop: number;
  /** Of the thread's own work between two turns of the loop: what this program alone is to blame for. */
  readonly longestWork: number;
  /** Objects, and buffers outside of the heap. */
  readonly used: number;
  readonly rss: number;
  /** How much is open, by kind: sockets, servers, timers, … */
  readonly open: Readonly<Record<string, number>>;
}

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

const threadTime = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
let last = threadTime();
let longestWork = 0;
setInterval(() => {
  const now = threadTime();
  longestWork = Math.max(longestWork, now - last);
  last = now;
}, 1).unref();

function memoryUsed(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const looks = 5;

/** Buffers go some turns after the objects that had them; requests under way hold more at one time than at another: the least counts. */
async function memoryHeld(): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < looks; look++) {
    globalThis.gc?.();
    least = Math.min(least, memoryUsed());
    await pause(20);
  }
  return least;
}

function openThings(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

async function watched(wish: unknown): Promise<Watched> {
  const [longestStop, work, open] = [delay.max / 1e6, longestWork, openThings()];
  const used = wish === "collect" ? await memoryHeld() : memoryUsed();
  return { longestStop, longestWork: work, used, rss: process.memoryUsage().rss, open };
}

async function answer(wish: unknown): Promise<void> {
  process.send?.(await watched(wish));
  // What telling has taken is nobody's stop.
  setImmediate(() => {
    delay.reset();
    longestWork = 0;
    last = threadTime();
  });
}

process.on("message", (wish) => void answer(wish));
process.channel?.unref();
