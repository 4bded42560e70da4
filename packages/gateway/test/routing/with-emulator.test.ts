import { type Emulator, type Fault, createEmulator } from "@outcrop/emulator";
import { type OutcropClient, OutcropError, createClient, parseDeployment } from "@outcrop/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRouter } from "../../src/routing/create-router.ts";
import { createMemoryState } from "../../src/routing/memory-state.ts";
import type { RouterEvent } from "../../src/routing/router-event.ts";
import { type ConfigLines, createCall, createConfig, failureOf, listenerCount, readEvents } from "./rig.ts";
import { seededRandom } from "./test-clock.ts";

let emulator: Emulator;
let client: OutcropClient;

beforeAll(async () => {
  emulator = await createEmulator({
    coldMode: "refuse",
    models: ["one", "two", "stand-in", "cold"].map((name) => ({
      name,
      architecture: "qwen3",
      id: name.padEnd(12, "0").replaceAll("-", "0"),
      ...(name === "cold" && { coldStart: 60_000 }),
    })),
  });
  client = createClient();
});

afterAll(async () => {
  await client.close();
  await emulator.close();
});

beforeEach(() => emulator.reset());

function deploymentOf(name: string, settings: Record<string, unknown> = {}) {
  const { accessKeyId, secretAccessKey } = emulator.credentials;
  return parseDeployment({
    model: `bedrock/openai/${emulator.models().find((model) => model.name === name)?.arn}`,
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    aws_region_name: "us-east-1",
    api_base: emulator.url,
    // A retry of the client's own would show as one call too many.
    max_retries: 5,
    ...settings,
  });
}

function createWorld(lines: Partial<ConfigLines> = {}) {
  const limits = { timeout: 1, streamTimeout: 0.5 };
  const config = createConfig({
    models: [
      { name: "a", id: "one", deployment: deploymentOf("one"), ...limits },
      { name: "a", id: "two", deployment: deploymentOf("two"), ...limits },
      { name: "b", id: "stand-in", deployment: deploymentOf("stand-in"), ...limits },
    ],
    router: { fallbacks: { a: ["b"] } },
    ...lines,
  });
  const state = createMemoryState();
  const events: RouterEvent[] = [];
  const router = createRouter({
    config,
    client,
    state,
    random: seededRandom(1),
    onEvent: (event) => events.push(event),
  });
  const inFlight = () => config.models.reduce((sum, { id }) => sum + state.view(id, Date.now()).inFlight, 0);
  return { router, events, inFlight };
}

const count = (events: readonly RouterEvent[], ...types: readonly RouterEvent["type"][]) =>
  events.filter(({ type }) => types.includes(type)).length;

const kinds: readonly (Fault & { readonly name: string })[] = [
  { name: "throttling", kind: "error", exception: "ThrottlingException" },
  { name: "server faults", kind: "error", exception: "InternalServerException" },
  { name: "unavailability", kind: "error", exception: "ServiceUnavailableException" },
  {
    name: "exceptions within streams",
    kind: "stream-error",
    exception: "ModelStreamErrorException",
    after: 2,
  },
  { name: "truncation", kind: "truncate" },
  { name: "corruption", kind: "corrupt" },
  { name: "missing ends", kind: "no-final" },
  { name: "resets before the answer", kind: "reset" },
  { name: "resets within it", kind: "reset", after: 3 },
  { name: "silence", kind: "hang" },
  { name: "JSON in place of a stream", kind: "json-body" },
];

/** Sends calls, some at a time. Answers how each has ended. */
async function sendMany(
  router: ReturnType<typeof createWorld>["router"],
  total: number,
): Promise<readonly string[]> {
  const ends: string[] = [];
  let sent = 0;
  const work = Array.from({ length: 20 }, async () => {
    while (sent < total) {
      sent += 1;
      const call = createCall("a", { stream: sent % 2 === 0, request: { parameters: { maxTokens: 20 } } });
      try {
        const events = await readEvents(await router.chat(call));
        ends.push(events.at(-1)?.type ?? "nothing");
      } catch (error) {
        ends.push(error instanceof OutcropError ? "error" : String(error));
      }
      expect(listenerCount(call.signal)).toBe(0);
    }
  });
  await Promise.all(work);
  return ends;
}

describe("with the SDK's client in front of a Bedrock where much goes wrong", () => {
  test.each([...kinds.map((kind) => [kind.name, [kind]] as const), ["everything at once", kinds] as const])(
    "%s: every call ends in an answer or an error, and every call to AWS is accounted for",
    async (_, faults) => {
      const { router, events, inFlight } = createWorld();
      for (const { name: __, ...fault } of faults) emulator.addFault({ ...fault, rate: 0.3 / faults.length });
      const ends = await sendMany(router, 60);
      expect(ends.filter((end) => end !== "finish" && end !== "error")).toEqual([]);
      expect(ends).toHaveLength(60);
      expect(ends.filter((end) => end === "finish").length).toBeGreaterThan(30);
      expect(inFlight()).toBe(0);
      const attempts = count(events, "attempt-started");
      expect(count(events, "attempt-succeeded", "attempt-failed", "attempt-left")).toBe(attempts);
      expect(emulator.requests()).toHaveLength(attempts);
    },
  );
});

test("a retry is one call more, and no other", async () => {
  emulator.addFault({ kind: "error", exception: "InternalServerException", count: 2 });
  const { router } = createWorld({ models: [{ name: "a", id: "one", deployment: deploymentOf("one") }] });
  const answer = await router.chat(createCall("a", { stream: true }));
  await readEvents(answer);
  expect([answer.attemptedRetries, emulator.requests().length]).toEqual([2, 3]);
});

test("a cold model that is not waited for is not ready, falls back, and does not cool down", async () => {
  const cold = { name: "a", numRetries: 2 } as const;
  const { router, events } = createWorld({
    models: [
      { ...cold, id: "c1", deployment: deploymentOf("cold", { cold_start_timeout: 0 }) },
      { ...cold, id: "c2", deployment: deploymentOf("cold", { cold_start_timeout: 0 }) },
      { name: "b", id: "b", deployment: deploymentOf("stand-in") },
    ],
  });
  expect((await failureOf(router.chat(createCall("a", { fallbacks: [] })))).code).toBe("model_not_ready");
  const answer = await router.chat(createCall("a"));
  expect([answer.modelGroup, answer.attemptedRetries, answer.attemptedFallbacks]).toEqual(["b", 1, 1]);
  expect(count(events, "cooled-down")).toBe(0);
});

test("a cold model whose deadline passes while it is waited for is told as that", async () => {
  const { router, events } = createWorld({
    models: [{ name: "a", id: "c1", deployment: deploymentOf("cold"), streamTimeout: 0.2 }],
  });
  const error = await failureOf(router.chat(createCall("a", { stream: true })));
  expect([error.code, error.status]).toEqual(["model_not_ready", 503]);
  expect(count(events, "cold-start-waiting")).toBeGreaterThan(0);
});

test("the upstream call ends with the client", async () => {
  emulator.addFault({ kind: "hang" });
  const { router, inFlight } = createWorld();
  const leaving = new AbortController();
  const failing = failureOf(router.chat(createCall("a", { stream: true, signal: leaving.signal })));
  while (emulator.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
  leaving.abort(new OutcropError("cancelled", "gone"));
  expect((await failing).message).toBe("gone");
  expect([inFlight(), listenerCount(leaving.signal)]).toEqual([0, 0]);
});
