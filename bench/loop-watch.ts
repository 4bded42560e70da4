/**
 * Loaded into a gateway that is watched (`node --import`): answers over IPC how long its event loop was held up at the longest since it
 * was last asked, how much memory it has, and what it holds open. With "collect" what nobody needs is collected first (`--expose-gc`).
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

/** What is answered. Milliseconds, and bytes. */
export interface Watched {
  /** Until a timer came that was due: what others wait, whoever held up the loop, the machine's other programs too. */
  readonly longestStop: number;
  /** Of the thread's own work between two turns of the loop: what this program alone is to blame for. */
  readonly longestWork: number;
  readonly heapUsed: number;
  /** Outside of the heap, buffers among it. */
  readonly external: number;
  readonly rss: number;
  /** What is open, by kind: sockets, servers, timers, … */
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

function openThings(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

process.on("message", (wish) => {
  if (wish === "collect") globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const longestStop = delay.max / 1e6;
  process.send?.({ longestStop, longestWork, heapUsed, external, rss, open: openThings() } satisfies Watched);
  // What telling has taken is nobody's stop.
  setImmediate(() => {
    delay.reset();
    longestWork = 0;
    last = threadTime();
  });
});
process.channel?.unref();
