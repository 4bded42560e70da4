/**
 * An hour of mixed traffic with faults, against the gateway as its users run it, in front of the local Bedrock. Says at the end whether
 * memory is flat, and fails if it is not.
 *
 *   npm run bench:soak -- [--minutes N] [--lanes N]
 */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { seededRandom } from "./soak/seeded-random.ts";
import { startSoakRig } from "./soak/soak-rig.ts";
import { createTraffic } from "./soak/traffic.ts";
import { type Growth, type Sample, judge } from "./soak/verdict.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, lanes: { type: "string", default: "16" } },
});
const minutes = Number(values.minutes);
const lanes = Number(values.lanes);
if (!(minutes > 0 && lanes > 0)) {
  console.error("npm run bench:soak -- [--minutes N] [--lanes N], both above 0");
  process.exit(2);
}

const rig = await startSoakRig();
const traffic = createTraffic({ ...rig, random: seededRandom(1) });
const begin = performance.now();
const endAt = begin + minutes * 60_000;
let requests = 0;
const running = Array.from({ length: lanes }, async () => {
  for (; performance.now() < endAt; requests++) await traffic.one();
});

const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const everyMs = Math.max(1000, (minutes * 60_000) / 60);
const samples: Sample[] = [];
while (performance.now() + everyMs < endAt) {
  await pause(everyMs);
  const { used, rss, open: openThings } = await rig.memory();
  const open = Object.values(openThings).reduce((sum, count) => sum + count, 0);
  samples.push({ requests, used, rss, open });
  const time = ((performance.now() - begin) / 1000).toFixed(0).padStart(5);
  console.log(`${time} s  ${requests} requests  in use ${mb(used)} MB, resident ${mb(rss)} MB, open ${open}`);
}
await Promise.all(running);
traffic.close();
rig.close();

const { isFlat, growths, bytesPerRequest } = judge(samples);
const statuses = [...traffic.statuses].toSorted(([one], [other]) => one - other);
console.log(
  `statuses: ${statuses.map(([status, count]) => `${status}: ${count}`).join(", ")} (0: left, or lost)`,
);
for (const growth of growths) console.log(wordsFor(growth));
console.log(
  `${bytesPerRequest.toFixed(1)} bytes a request, in the median slope: ${isFlat ? "FLAT" : "GROWING"}`,
);
process.exit(isFlat ? 0 : 1);

function wordsFor({ figure, from, to, most, isFlat: flat }: Growth): string {
  const [show, name] =
    figure === "open" ? [String, "things open"] : [mb, figure === "used" ? "MB in use" : "MB resident"];
  const verdict = flat ? "flat" : `GROWING, beyond ${show(most)}`;
  return `${name}, from the second third to the last: ${show(from)} to ${show(to)}: ${verdict}`;
}
