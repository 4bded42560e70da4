import { describe, expect, test } from "vitest";
import { createRouter } from "../../src/routing/create-router.ts";
import { createFakeClient } from "./fake-client.ts";
import { createCall, createConfig, createRig, failureOf, nothingLeft, readText } from "./rig.ts";
import { settle } from "./test-clock.ts";

describe("a new config", () => {
  const models = [
    { name: "a", id: "1" },
    { name: "a", id: "2" },
  ];

  test("brings its names, and takes the others away", async () => {
    const rig = createRig({ models });
    rig.router.update(createConfig({ models: [{ name: "b" }] }));
    expect(rig.router.modelNames()).toEqual(["b"]);
    expect((await rig.ask("b")).text).toBe("hi");
    expect((await failureOf(rig.ask("a"))).code).toBe("invalid_model");
  });

  test("keeps what is known of deployments whose id stays", async () => {
    const rig = createRig({ models });
    for (const id of ["1", "2"]) {
      rig.state.record(id, { type: "cooled-down", until: rig.clock.now() + 5000 }, rig.clock.now());
    }
    rig.router.update(
      createConfig({
        models: [
          { name: "renamed", id: "1" },
          { name: "renamed", id: "3" },
        ],
      }),
    );
    for (let count = 0; count < 10; count++) await rig.ask("renamed");
    expect(new Set(rig.client.ids())).toEqual(new Set(["3"]));
    rig.router.update(createConfig({ models: [{ name: "back", id: "2" }] }));
    expect((await rig.ask("back")).entry.id).toBe("2");
  });

  test("does not touch calls under way", async () => {
    const rig = createRig({
      models: [{ name: "a", id: "1", numRetries: 1 }, { name: "b" }],
      router: { retryAfter: 1, fallbacks: { a: ["b"] } },
    });
    rig.client.plan = (id) => (id === "b" ? { do: "answer" } : { do: "fail", code: "upstream_error" });
    const asking = rig.ask("a");
    await settle();
    rig.router.update(createConfig({ models: [{ name: "c" }] }));
    await rig.clock.advance(1000);
    expect(await asking).toMatchObject({ modelGroup: "b", attemptedRetries: 1, attemptedFallbacks: 1 });
  });

  test("waits for the streams of deployments that it drops, and then forgets them", async () => {
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "stall" }) });
    const leaving = new AbortController();
    const answer = await rig.chat("a", { stream: true, signal: leaving.signal });
    rig.router.update(createConfig({ models: [{ name: "b" }] }));
    expect(rig.inFlight("a")).toBe(1);
    leaving.abort();
    await failureOf(readText(answer));
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});

test("a router needs no more than a config and a client", async () => {
  const router = createRouter({
    config: createConfig({ models: [{ name: "a" }] }),
    client: createFakeClient(),
  });
  expect(await readText(await router.chat(createCall("a")))).toBe("hi");
});

test("its own clock sleeps and wakes, and stops when the call has ended", async () => {
  const client = createFakeClient((_, __, attempt) =>
    attempt === 1 ? { do: "fail", code: "upstream_error" } : { do: "hang" },
  );
  const config = createConfig({ models: [{ name: "a" }], router: { retryAfter: 0.001 } });
  const router = createRouter({ config, client });
  expect((await failureOf(router.chat(createCall("a", { timeout: 0.05 })))).code).toBe("timeout");
  expect(client.calls).toHaveLength(2);
});
