import type { ErrorCode } from "@outcrop/sdk";
import fc from "fast-check";
import { expect, test } from "vitest";
import { routingStrategies } from "../../src/config/gateway-config.ts";
import type { Behaviour } from "./fake-client.ts";
import { type CallLine, type ModelLine, createRig, listenerCount, nothingLeft, readText } from "./rig.ts";
import { settle } from "./test-clock.ts";

const codes: readonly ErrorCode[] = [
  "throttled",
  "upstream_error",
  "timeout",
  "model_not_ready",
  "authentication",
  "invalid_request",
  "context_window_exceeded",
  "stream_incomplete",
];

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Behaviour>({ do: "answer" }) },
  { weight: 3, arbitrary: fc.constantFrom(...codes).map((code): Behaviour => ({ do: "fail", code })) },
  { weight: 1, arbitrary: fc.constantFrom(...codes).map((code): Behaviour => ({ do: "break", code })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Behaviour>(
      { do: "hang" },
      { do: "hang", cold: true },
      { do: "hang", deaf: true },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom<Behaviour>({ do: "stall" }, { do: "end-early" }) },
);

const deployment = (name: string, id: string): fc.Arbitrary<ModelLine> =>
  fc.record({
    name: fc.constant(name),
    id: fc.constant(id),
    numRetries: fc.nat(3),
    order: fc.option(fc.nat(1), { nil: undefined }),
    weight: fc.option(fc.nat(3), { nil: undefined }),
    maxParallelRequests: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    cooldownTime: fc.option(fc.constantFrom(0, 1, 30), { nil: undefined }),
    streamTimeout: fc.constantFrom(1, 20),
    timeout: fc.constantFrom(2, 30),
  });

const world = fc.record({
  models: fc.tuple(
    deployment("a", "a1"),
    deployment("a", "a2"),
    deployment("a", "a3"),
    deployment("b", "b1"),
    deployment("c", "c1"),
  ),
  routingStrategy: fc.constantFrom(...routingStrategies),
  retryAfter: fc.constantFrom(0, 1),
  globalMaxParallelRequests: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  seed: fc.integer(),
  plan: fc.array(behaviour, { minLength: 1, maxLength: 12 }),
  calls: fc.array(
    fc.record({
      stream: fc.boolean(),
      /** What the client does once it has an answer. */
      reads: fc.constantFrom("all", "one", "nothing"),
      leavesAfter: fc.option(fc.constantFrom(0, 5, 1500), { nil: undefined }),
      timeout: fc.option(fc.constantFrom(1, 40), { nil: undefined }),
      numRetries: fc.option(fc.nat(2), { nil: undefined }),
      pause: fc.constantFrom(0, 0, 700, 6000),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;
type Reading = World["calls"][number]["reads"];

function createWorld({ models, plan, seed, globalMaxParallelRequests, routingStrategy, retryAfter }: World) {
  let turn = 0;
  const rig = createRig({
    models,
    seed,
    general: { globalMaxParallelRequests },
    router: {
      routingStrategy,
      retryAfter,
      fallbacks: { a: ["b"], b: ["c"], c: ["a"] },
      contextWindowFallbacks: { a: ["c"] },
    },
    plan: () => plan[turn++ % plan.length] ?? { do: "answer" },
  });
  return rig;
}

async function use(rig: ReturnType<typeof createRig>, call: CallLine, reads: Reading): Promise<void> {
  const answer = await rig.chat("a", call);
  if (reads === "all") await readText(answer);
  if (reads === "one") for await (const batch of answer.events) if (batch.length > 0) break;
}

/** Notes every call to a deployment that cools down. */
function watchCooldowns({ client, state, clock }: ReturnType<typeof createRig>): readonly string[] {
  const violations: string[] = [];
  const plan = client.plan;
  client.plan = (id, ...rest) => {
    if (state.view(id, clock.now()).coolUntil > clock.now()) violations.push(id);
    return plan(id, ...rest);
  };
  return violations;
}

test("whatever happens: nobody in cooldown is called, tries stay within their number, and everything is given back", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const rig = createWorld(given);
      const violations = watchCooldowns(rig);
      const clients: AbortController[] = [];
      const running: Promise<unknown>[] = [];
      for (const { reads, leavesAfter, pause, ...options } of given.calls) {
        const leaving = new AbortController();
        clients.push(leaving);
        running.push(Promise.allSettled([use(rig, { ...options, signal: leaving.signal }, reads)]));
        await rig.clock.advance(pause);
        if (leavesAfter !== undefined) {
          await rig.clock.advance(leavesAfter);
          leaving.abort();
        }
      }
      await rig.clock.advance(10 * 60_000);
      // Those who hold an answer and never read it leave in the end, as the server sees to it.
      for (const client of clients) client.abort();
      await Promise.all(running);
      await settle();
      expect(violations).toEqual([]);
      expect(rig.client.calls.length).toBeLessThanOrEqual(given.calls.length * mostTries(given));
      expect(rig.leftovers()).toEqual(nothingLeft);
      expect(clients.map(({ signal }) => listenerCount(signal))).toEqual(clients.map(() => 0));
      expectPairs(rig);
    }),
    { numRuns: 150, seed: 2026 },
  );
});

/** One call may try every level of every group, each with its retries. */
function mostTries({ models, calls }: World): number {
  const asked = Math.max(0, ...calls.map(({ numRetries }) => numRetries ?? 0));
  const levels = new Set(models.map(({ name, order }) => `${name}${order}`)).size;
  return levels * (1 + Math.max(asked, ...models.map(({ numRetries }) => numRetries ?? 0)));
}

/** Every try that began has exactly one end. */
function expectPairs({ events }: ReturnType<typeof createRig>): void {
  const started = events.filter(({ type }) => type === "attempt-started").length;
  const ended = events.filter(({ type }) => /^attempt-(?:succeeded|failed|left)$/.test(type)).length;
  expect(ended).toBe(started);
}
