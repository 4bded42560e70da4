/**
 * Loaded into a gateway that is watched (`node --import`): answers over IPC how long its event loop was held up at the longest since it
 * was last asked, and how much memory it has.
 */
const everyMs = 2;

let last = performance.now();
let longest = 0;
let lastCpu = cpuMs();
let longestCpu = 0;

setInterval(() => {
  const [now, cpu] = [performance.now(), cpuMs()];
  longest = Math.max(longest, now - last - everyMs);
  longestCpu = Math.max(longestCpu, cpu - lastCpu);
  last = now;
  lastCpu = cpu;
}, everyMs).unref();

/** Time of this thread on a processor: what others on the machine take is not in it. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

process.on("message", (wish) => {
  if (wish === "collect") globalThis.gc?.();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  process.send?.({ longestMs: longest, longestCpuMs: longestCpu, heapUsed, external, arrayBuffers, rss });
  longest = 0;
  longestCpu = 0;
});
process.channel?.unref();
