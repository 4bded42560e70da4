import type { Fault } from "@outcrop/emulator";
import { expect, test } from "vitest";
import { createTraffic } from "../../bench/soak/traffic.ts";
import { groups, onLanes, startFaultRig } from "../faults/fault-rig.ts";
import { memoryUsed } from "./memory-used.ts";

const faults: readonly Fault[] = [
  { kind: "error", exception: "ThrottlingException", rate: 0.03 },
  { kind: "stream-error", after: 3, rate: 0.02 },
  { kind: "truncate", after: 3, rate: 0.02 },
  { kind: "reset", rate: 0.02 },
  { kind: "json-body", rate: 0.01 },
];

const requestsEach = 1000;
const rounds = 4;
/** Far below what one forgotten closure with its request weighs; far above what is left of noise. */
const mostBytesEach = 300;

/** What is held when what is on its way to be let go has gone: the least of some looks. */
async function held(): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < 5; look++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    least = Math.min(least, memoryUsed());
  }
  return least;
}

test("after thousands of requests of all kinds, with faults, nothing is left of them", async () => {
  const rig = await startFaultRig({ timeout: 20, streamTimeout: 10 });
  for (const fault of faults) rig.emulator.addFault(fault);
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const traffic = createTraffic({ url: rig.gateway.url, key: "sk-none", models: groups, random });
  const round = () => onLanes(Array.from({ length: requestsEach }), 16, () => traffic.one());
  try {
    // Code is compiled and caches fill.
    await round();
    let before = await held();
    const grown: number[] = [];
    for (let count = 0; count < rounds; count++) {
      await round();
      const after = await held();
      grown.push((after - before) / requestsEach);
      before = after;
    }
    expect(traffic.statuses.get(200)).toBeGreaterThan(requestsEach);
    // What leaks does so in every round; noise goes up and down.
    expect(Math.min(...grown)).toBeLessThan(mostBytesEach);
  } finally {
    traffic.close();
    await rig.close();
  }
});
