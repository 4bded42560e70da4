import { describe, expect, test } from "vitest";
import { type ColdScene, type Reply, createColdScene, entryOf, modelsNamed } from "./cold-scene.ts";

/** On a busy machine a fast clock runs ahead: nothing but the restore is timed. */
const patient = `
      timeout: 60000
      cold_start_timeout: 30000
      num_retries: 0`;

const messages = (text: string) => [{ role: "user", content: text }];
const config = (...names: readonly string[]) =>
  `model_list:${names.map((name) => entryOf(name, patient)).join("")}\n`;

/** Ninety seconds, on a fast clock. */
const restore = { coldStart: 90_000, concurrencyPerCopy: 1000, maxCopies: 1 } as const;

describe.each(["refuse", "hold"] as const)("AWS answers to a cold model with: %s", (coldMode) => {
  test("500 requests at once: one restore, a handful of questions, all answered in order", async () => {
    await using scene = await createColdScene({
      ...restore,
      coldMode,
      models: modelsNamed("one"),
      config: config("one"),
    });
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        scene.ask({ model: "one", messages: messages(`request ${index}`), stream: index % 2 === 0 }),
      ),
    );
    expect(failuresOf(replies)).toEqual([]);
    expect(scene.fleetOf("one").coldStarts).toBe(1);
    expect(scene.fleetOf("one").refusals).toBeLessThanOrEqual(10);
    // Nothing but the refused is asked twice.
    expect(scene.callsTo("one")).toBe(500 + scene.fleetOf("one").refusals);
    expect(callsBefore(restoredAt(scene), scene).length).toBeLessThanOrEqual(10);
    expect(servedInLine(scene)).toEqual(waitedInLine(scene));
  });

  test("three models at once: each is restored once, and none waits for another", async () => {
    const names = ["one", "two", "three"];
    await using scene = await createColdScene({
      ...restore,
      coldMode,
      models: modelsNamed(...names),
      config: config(...names),
    });
    const replies = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        scene.ask({ model: names[index % 3], messages: messages(`request ${index}`) }),
      ),
    );
    expect(failuresOf(replies)).toEqual([]);
    for (const name of names) {
      expect(scene.fleetOf(name).coldStarts).toBe(1);
      expect(scene.fleetOf(name).refusals).toBeLessThanOrEqual(10);
      expect(scene.callsTo(name)).toBe(100 + scene.fleetOf(name).refusals);
    }
  });
});

const failuresOf = (replies: readonly Reply[]) =>
  replies.filter(({ status, text }) => status !== 200 || text.includes('"error"')).map(({ text }) => text);

/** The first question starts the restore. */
function restoredAt({ calls }: ColdScene): number {
  return Date.parse(calls()[0]?.time ?? "") + restore.coldStart;
}

function callsBefore(end: number, { calls }: ColdScene) {
  return calls().filter(({ time }) => Date.parse(time) < end);
}

/** The requests that waited to the end, in the order in which they came: those who asked for all went before them. */
function waitedInLine(scene: ColdScene): readonly number[] {
  const end = restoredAt(scene);
  const asked = new Set(scene.sent.filter(({ at }) => at < end).map(({ body }) => indexOf(body)));
  const waited = scene.arrivals.filter(({ at }) => at < end).map(({ request }) => indexOf(request));
  return waited.filter((index) => !asked.has(index));
}

/** The same requests, in the order in which they went to Bedrock. */
function servedInLine(scene: ColdScene): readonly number[] {
  const waited = new Set(waitedInLine(scene));
  return scene.sent.map(({ body }) => indexOf(body)).filter((index) => waited.has(index));
}

/** The number that a request carries in its text. */
function indexOf(request: unknown): number {
  return Number(/request (\d+)/.exec(typeof request === "string" ? request : JSON.stringify(request))?.[1]);
}
