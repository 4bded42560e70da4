/**
 * Loaded into a gateway that is watched (`node --import`): answers over IPC how long its event loop was held up at the longest since it
 * was last asked, and how much memory it has.
 */
const everyMs = 2;

let last = performance.now();
let longest = 0;

setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - everyMs);
  last = now;
}, everyMs).unref();

process.on("message", (wish) => {
  if (wish === "collect") globalThis.gc?.();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  process.send?.({ longestMs: longest, heapUsed, external, arrayBuffers, rss });
  longest = 0;
});
process.channel?.unref();
