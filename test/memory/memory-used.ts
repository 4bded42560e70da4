import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

function memoryUsed(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const looks = 5;

/**
 * What this process holds, objects and buffers outside of the heap, when what is on its way to be let go has gone: buffers are let go
 * some turns after the objects that had them. The least of some looks. Bytes.
 */
export async function memoryHeld(): Promise<number> {
  let least = Infinity;
  for (let since = 0; since < looks; since++) {
    const now = memoryUsed();
    // As long as it falls noticeably there is more to come.
    if (now < least - 64 * 1024) since = 0;
    least = Math.min(least, now);
    await pause(20);
  }
  return least;
}
