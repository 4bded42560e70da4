import { request } from "node:http";
import type { Fault } from "@outcrop/emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onLanes, questions, startFaultRig } from "./fault-rig.ts";

const warnings: Error[] = [];
const keep = (warning: Error) => void warnings.push(warning);
beforeEach(() => void process.on("warning", keep));
afterEach(() => void process.off("warning", keep));

/** What keeps this process alive, by kind. */
function held(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** More than before, by kind. */
function grown(before: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const more = Object.entries(held()).map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const);
  return Object.fromEntries(
    more.filter(([kind, count]) => count > 0 && /TCP|Timeout|Immediate|Socket/.test(kind)),
  );
}

const kinds: readonly Fault[] = [
  { kind: "error", exception: "ServiceUnavailableException" },
  { kind: "stream-error", after: 3 },
  { kind: "truncate", after: 3 },
  { kind: "reset" },
  { kind: "reset", after: 3 },
  { kind: "json-body" },
];

test("after all kinds of ends nothing is held: no call, no timer, no socket, no listener", async () => {
  const before = held();
  // So long that a timer which is forgotten is seen.
  const rig = await startFaultRig({ timeout: 900, streamTimeout: 800 });
  for (const fault of kinds) rig.emulator.addFault({ ...fault, rate: 0.1 });
  await onLanes(questions, 32, (question) => rig.ask(question));

  // Clients leave, some before and some in the middle of their answer.
  rig.emulator.clearFaults();
  rig.emulator.addFault({ kind: "hang", after: 3 });
  rig.emulator.addFault({ kind: "hang", rate: 0.5 });
  await onLanes(questions.slice(0, 60), 32, async ({ api, model, prompt, stream }) => {
    const outgoing = request(rig.gateway.url + api.path, { method: "POST", agent: rig.agent });
    outgoing.on("error", () => undefined).end(JSON.stringify({ ...api.body(model, prompt), stream }));
    outgoing.on("response", (response) =>
      response.on("error", () => undefined).once("data", () => outgoing.destroy()),
    );
    setTimeout(() => outgoing.destroy(), 30);
    await new Promise((resolve) => outgoing.on("close", resolve));
  });

  // No call is left at Bedrock, and no timer here: of a call's deadlines none outlives it.
  await expect.poll(() => rig.emulator.requests().filter(({ outcome }) => outcome === undefined)).toEqual([]);
  rig.agent.destroy();
  await expect.poll(() => grown(before)["Timeout"] ?? 0).toBeLessThan(5);

  await rig.gateway.close(60_000);
  await rig.emulator.close();
  await expect.poll(() => grown(before)).toEqual({});
  expect(warnings).toEqual([]);
  await rig.close();
});
