import { expect, test } from "vitest";
import { seededRandom } from "../../bench/soak/seeded-random.ts";
import { startSoakRig } from "../../bench/soak/soak-rig.ts";
import { createTraffic } from "../../bench/soak/traffic.ts";
import { slopeOf } from "../../bench/soak/verdict.ts";
import { onLanes } from "../faults/fault-rig.ts";
import { isBuilt } from "../operations/run-bin.ts";

const warmUp = 2000;
const rounds = 8;
const requestsEach = 500;
/** Far below what one forgotten closure with its request weighs; above what is left of noise. */
const mostBytesEach = 300;

test.skipIf(!isBuilt)(
  "of thousands of requests of all kinds, with faults, nothing is left (needs a build)",
  async () => {
    const rig = await startSoakRig();
    const traffic = createTraffic({ ...rig, random: seededRandom(7) });
    const send = (count: number) => onLanes(Array.from({ length: count }), 32, () => traffic.one());
    try {
      // Code is compiled and caches fill.
      await send(warmUp);
      const samples: { requests: number; used: number }[] = [];
      for (let round = 0; round <= rounds; round++) {
        const { used } = await rig.memory();
        samples.push({ requests: round * requestsEach, used });
        await send(requestsEach);
      }
      expect(traffic.statuses.get(200)).toBeGreaterThan((rounds * requestsEach) / 2);
      expect(slopeOf(samples)).toBeLessThan(mostBytesEach);
    } finally {
      traffic.close();
      rig.close();
    }
  },
);
