import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { createColdScene, entryOf, modelsNamed } from "./cold-scene.ts";

const config = `model_list:${entryOf("one")}\n`;

/** The same numbers for the same seed, from 0 to below 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Timers and sockets of this process. */
function held(): { readonly timers: number; readonly sockets: number } {
  const resources = process.getActiveResourcesInfo();
  const count = (...names: readonly string[]) => resources.filter((name) => names.includes(name)).length;
  return { timers: count("Timeout"), sockets: count("TCPSocketWrap", "TCPServerWrap", "TLSWrap") };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe.each(["refuse", "hold"] as const)("clients that leave while AWS answers with: %s", (coldMode) => {
  test.each([1, 2, 3])("nothing leaks, and who stays is answered (seed %i)", async (seed) => {
    const before = held();
    const random = seeded(seed);
    const outcomes = { answered: 0, left: 0, other: 0 };
    {
      await using scene = await createColdScene({
        coldStart: 60_000,
        coldMode,
        concurrencyPerCopy: 1000,
        models: modelsNamed("one"),
        config,
      });
      const signals: AbortSignal[] = [];
      const visit = async (index: number) => {
        const controller = new AbortController();
        const leaves = random() < 0.6;
        signals.push(controller.signal);
        if (leaves) void scene.clock.sleep(random() * 100_000).then(() => controller.abort());
        const body = {
          model: "one",
          stream: random() < 0.5,
          messages: [{ role: "user", content: `request ${index}` }],
        };
        try {
          const { status } = await scene.ask(body, {}, { signal: controller.signal });
          outcomes[status === 200 ? "answered" : "other"]++;
        } catch {
          outcomes[leaves ? "left" : "other"]++;
        }
      };
      await Promise.all(Array.from({ length: 200 }, (_, index) => visit(index)));
      expect(outcomes.other).toBe(0);
      expect(outcomes.left).toBeGreaterThan(20);
      expect(outcomes.answered).toBeGreaterThan(60);
      expect(scene.fleetOf("one").coldStarts).toBe(1);
      await scene.clock.sleep(100_000);
      for (const signal of signals) expect(getEventListeners(signal, "abort")).toEqual([]);
    }
    await settled();
    const after = held();
    expect(after.timers).toBeLessThanOrEqual(before.timers + 1);
    expect(after.sockets).toBeLessThanOrEqual(before.sockets);
  });
});
