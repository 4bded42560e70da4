import { describe, expect, test } from "vitest";
import type { RouterEvent } from "../../src/routing/router-event.ts";
import { createCall, createRig, failureOf, readText } from "./rig.ts";
import { settle } from "./test-clock.ts";

describe("the observer is told of", () => {
  test("an answer", async () => {
    const rig = createRig({ models: [{ name: "a", id: "1" }] });
    await rig.ask("a");
    expect(rig.events).toEqual([
      { type: "attempt-started", group: "a", deploymentId: "1", attempt: 1 },
      {
        type: "attempt-succeeded",
        group: "a",
        deploymentId: "1",
        totalMs: 0,
        firstEventMs: 0,
        usage: { promptTokens: 10, completionTokens: 5 },
      },
    ]);
  });

  test("retries and fallbacks, with what failed", async () => {
    const rig = createRig({
      models: [
        { name: "a", numRetries: 1 },
        { name: "b", numRetries: 0 },
      ],
      router: { fallbacks: { a: ["b"] } },
      plan: () => ({ do: "fail", code: "connection_failed" }),
    });
    const error = await failureOf(rig.ask("a"));
    const failed = (deploymentId: string) => ({
      type: "attempt-failed",
      group: deploymentId,
      deploymentId,
      totalMs: 0,
      firstEventMs: undefined,
      error: expect.objectContaining({ code: "connection_failed" }),
    });
    expect(rig.events).toEqual([
      { type: "attempt-started", group: "a", deploymentId: "a", attempt: 1 },
      failed("a"),
      { type: "attempt-started", group: "a", deploymentId: "a", attempt: 2 },
      failed("a"),
      { type: "fallback-taken", from: "a", to: "b", code: "connection_failed" },
      { type: "attempt-started", group: "b", deploymentId: "b", attempt: 3 },
      failed("b"),
      { type: "fallbacks-exhausted", group: "b", code: "connection_failed" },
    ]);
    expect(error.code).toBe("connection_failed");
  });

  test("times: to the first event, and in all", async () => {
    const rig = createRig({ models: [{ name: "a", id: "1" }] });
    rig.client.chat = async () => ({
      warnings: [],
      requestId: undefined,
      region: "us-east-1",
      events: (async function* () {
        await rig.clock.sleep(30, new AbortController().signal);
        yield [{ type: "text-delta", choice: 0, text: "a" } as const];
        await rig.clock.sleep(70, new AbortController().signal);
        yield [{ type: "finish", reasons: ["stop"] } as const];
      })(),
    });
    const asking = rig.ask("a", { stream: true });
    await rig.clock.advance(100);
    await asking;
    expect(rig.events.at(-1)).toMatchObject({ type: "attempt-succeeded", firstEventMs: 30, totalMs: 100 });
    expect(rig.state.view("1", rig.clock.now()).latencies).toMatchObject([{ kind: "first-event", ms: 30 }]);
  });

  test("a reader who leaves, and a stream that breaks", async () => {
    const leaving = new AbortController();
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "stall" }) });
    await rig.chat("a", { stream: true, signal: leaving.signal });
    leaving.abort();
    rig.client.plan = () => ({ do: "break", code: "upstream_error" });
    await failureOf(readText(await rig.chat("a", { stream: true })));
    expect(rig.eventTypes()).toEqual([
      "attempt-started",
      "attempt-left",
      "attempt-started",
      "attempt-failed",
    ]);
  });

  test("a wildcard by its pattern, so that the names of clients fill no metric", async () => {
    const rig = createRig({ models: [{ name: "*", id: "star", wildcard: true }] });
    const { modelGroup } = await rig.ask("anything");
    expect(modelGroup).toBe("anything");
    expect(rig.events).toMatchObject([{ group: "*", deploymentId: "star" }, { group: "*" }]);
  });

  test("and a call's own observer of that call alone", async () => {
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "fail", code: "invalid_request" }) });
    const own: RouterEvent[] = [];
    await failureOf(rig.router.chat({ ...createCall("a"), onEvent: (event) => own.push(event) }));
    await failureOf(rig.ask("a"));
    expect(own.map(({ type }) => type)).toEqual(["attempt-started", "attempt-failed"]);
    expect(rig.events).toHaveLength(4);
  });

  test("nothing that was asked or answered", async () => {
    const canary = "canary-7f3a";
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "answer", text: canary }) });
    await rig.ask("a", { request: { messages: [{ role: "user", content: canary }] } });
    rig.client.plan = () => ({ do: "fail", code: "upstream_error" });
    await failureOf(rig.ask("a", { request: { messages: [{ role: "user", content: canary }] } }));
    expect(JSON.stringify(rig.events)).not.toContain(canary);
  });
});

test("a latency is measured for each token of a whole answer", async () => {
  const rig = createRig({ models: [{ name: "a" }] });
  rig.client.chat = async () => {
    await rig.clock.sleep(100, new AbortController().signal);
    return {
      warnings: [],
      requestId: undefined,
      region: "us-east-1",
      events: (async function* () {
        yield [
          { type: "finish", reasons: ["stop"], usage: { promptTokens: 1, completionTokens: 20 } } as const,
        ];
      })(),
    };
  };
  const asking = rig.ask("a");
  await rig.clock.advance(100);
  await asking;
  expect(rig.state.view("a", rig.clock.now()).latencies).toMatchObject([{ kind: "token", ms: 5 }]);
});

test("who lets a deadline pass counts as slow", async () => {
  const rig = createRig({
    models: [
      { name: "a", id: "1", streamTimeout: 7, numRetries: 0 },
      { name: "a", id: "2", streamTimeout: 7, numRetries: 0 },
    ],
    router: { routingStrategy: "latency-based-routing", disableCooldowns: true },
    plan: (id) => (id === "1" ? { do: "hang" } : { do: "answer" }),
  });
  for (let count = 0; count < 10; count++) {
    const asking = rig.ask("a", { stream: true }).catch(() => {});
    await rig.clock.advance(7000);
    await asking;
  }
  await settle();
  expect(rig.client.ids().filter((id) => id === "1").length).toBeLessThanOrEqual(1);
});
