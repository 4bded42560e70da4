import {
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { afterEach, describe, expect, test } from "vitest";
import { createClock } from "../src/base/clock.ts";
import { countWindows } from "../src/fleet/copies.ts";
import { createFleet } from "../src/fleet/fleet.ts";
import type { Fleet, FleetSettings } from "../src/fleet/fleet.ts";
import { toImportedModel } from "../src/models/declare.ts";
import type { EmulatorOptions, LedgerEntry } from "../src/index.ts";
import { arns, failureOf, invoke, kimi, startRig, stopRig } from "./rig.ts";
import type { Json, Rig } from "./rig.ts";

const minute = 60_000;
const prompt = { prompt: "hi", max_gen_len: 5 };

/** Rigs of a test, stopped after it. */
const rigs: Rig[] = [];
async function start(options: EmulatorOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}
afterEach(async () => {
  for (const rig of rigs.splice(0)) await stopRig(rig);
});

const entryOf = ({ emulator }: Rig, id: string = arns.llama): LedgerEntry => {
  const entry = emulator.ledger().models.find((model) => model.modelId === id);
  if (entry === undefined) throw new Error(`${id} is not in the ledger`);
  return entry;
};
const stateOf = (rig: Rig): string | undefined => entryOf(rig).fleet?.state;

describe("a cold model that refuses", () => {
  test("goes through cold, restoring, idle and cold again", async () => {
    const rig = await start({ coldStart: "90s", coldMode: "refuse" });
    expect(stateOf(rig)).toBe("cold");
    const failure = await failureOf(invoke(rig.runtime, arns.llama, prompt));
    expect(failure).toMatchObject({
      name: "ModelNotReadyException",
      message: "Model is not ready for inference. Wait and try your request again.",
      $metadata: { httpStatusCode: 429 },
    });
    expect(stateOf(rig)).toBe("restoring");
    rig.emulator.advance("89s");
    expect((await failureOf(invoke(rig.runtime, arns.llama, prompt))).name).toBe("ModelNotReadyException");
    rig.emulator.advance("1s");
    expect(await invoke(rig.runtime, arns.llama, prompt)).toHaveProperty("generation");
    expect(stateOf(rig)).toBe("idle");
    rig.emulator.advance("4m");
    await invoke(rig.runtime, arns.llama, prompt);
    rig.emulator.advance("4m");
    expect(stateOf(rig)).toBe("idle");
    rig.emulator.advance("1m");
    expect(stateOf(rig)).toBe("cold");
    expect((await failureOf(invoke(rig.runtime, arns.llama, prompt))).name).toBe("ModelNotReadyException");
    expect(entryOf(rig).fleet).toMatchObject({ coldStarts: 2, refusals: 3 });
  });

  test("refuses on every operation, and each model for itself", async () => {
    const rig = await start({ coldStart: "90s", coldMode: "refuse" });
    const messages = [{ role: "user" as const, content: [{ text: "hi" }] }];
    const body = JSON.stringify(prompt);
    const calls = [
      rig.runtime.send(
        new InvokeModelWithResponseStreamCommand({
          modelId: arns.llama,
          contentType: "application/json",
          body,
        }),
      ),
      rig.runtime.send(new ConverseCommand({ modelId: arns.llama, messages })),
      rig.runtime.send(new ConverseStreamCommand({ modelId: arns.llama, messages })),
    ];
    for (const call of calls) expect((await failureOf(call)).name).toBe("ModelNotReadyException");
    expect(entryOf(rig, arns.mistral).fleet?.state).toBe("cold");
  });

  test("a wrong request doesn't wake it", async () => {
    const rig = await start({ coldStart: "90s", coldMode: "refuse" });
    expect((await failureOf(invoke(rig.runtime, arns.llama, {}))).name).toBe("ValidationException");
    expect(stateOf(rig)).toBe("cold");
  });

  test("foundation models are never cold", async () => {
    const rig = await start({ coldStart: "90s", coldMode: "refuse" });
    expect(await invoke(rig.runtime, kimi, { messages: [{ role: "user", content: "hi" }] })).toHaveProperty(
      "choices",
    );
  });

  test("a model can have a cold start of its own", async () => {
    const models = [
      { name: "slow", architecture: "llama", id: "slow00000001", coldStart: 60_000 },
      { name: "quick", architecture: "llama", id: "quick0000001" },
    ] as const;
    const rig = await start({ models, coldMode: "refuse" });
    const arn = (id: string): string => `arn:aws:bedrock:us-east-1:123456789012:imported-model/${id}`;
    expect((await failureOf(invoke(rig.runtime, arn("slow00000001"), prompt))).name).toBe(
      "ModelNotReadyException",
    );
    expect(await invoke(rig.runtime, arn("quick0000001"), prompt)).toHaveProperty("generation");
  });
});

describe("a cold model that holds", () => {
  test("keeps the connection open until it is warm", async () => {
    const rig = await start({ coldStart: "90s" });
    let answered = false;
    const answer = invoke(rig.runtime, arns.llama, prompt).then((body: Json) => {
      answered = true;
      return body;
    });
    await untilRequests(rig, 1);
    rig.emulator.advance("89s");
    await new Promise(setImmediate);
    expect([answered, stateOf(rig)]).toEqual([false, "restoring"]);
    rig.emulator.advance("1s");
    expect(await answer).toHaveProperty("generation");
  });

  test("gives up after its limit", async () => {
    const rig = await start({ coldStart: "10m", holdLimit: "5m" });
    const failure = failureOf(invoke(rig.runtime, arns.llama, prompt));
    await untilRequests(rig, 1);
    rig.emulator.advance("5m");
    expect((await failure).name).toBe("ModelNotReadyException");
    rig.emulator.advance("5m");
    expect(await invoke(rig.runtime, arns.llama, prompt)).toHaveProperty("generation");
  });

  test("all who wait are served when it is warm, and it started once", async () => {
    const rig = await start({ coldStart: "90s" });
    const answers = Promise.all(Array.from({ length: 20 }, () => invoke(rig.runtime, arns.llama, prompt)));
    await untilRequests(rig, 20);
    rig.emulator.advance("90s");
    expect(await answers).toHaveLength(20);
    expect(entryOf(rig).invocations).toBe(20);
  });

  test("a caller that leaves is forgotten", async () => {
    const rig = await start({ coldStart: "90s" });
    const leave = new AbortController();
    const command = new ConverseCommand({
      modelId: arns.llama,
      messages: [{ role: "user", content: [{ text: "hi" }] }],
    });
    const failure = failureOf(rig.http1.send(command, { abortSignal: leave.signal }));
    await untilRequests(rig, 1);
    leave.abort();
    expect((await failure).name).toBe("AbortError");
    await until(() => rig.emulator.requests()[0]?.outcome === "cancelled");
    rig.emulator.advance("90s");
    expect(entryOf(rig)).toMatchObject({ invocations: 0, fleet: { periods: [] } });
  });

  test("an injected clock is obeyed", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    const rig = await start({ coldStart: "90s", now: () => now });
    const answer = invoke(rig.runtime, arns.llama, prompt);
    await untilRequests(rig, 1);
    now += 90_000;
    expect(await answer).toHaveProperty("generation");
    expect(rig.emulator.ledger().time).toBe("2026-01-01T00:01:30.000Z");
  });
});

/** Waits for what another connection does; the test's time limit is the only clock. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function untilRequests(rig: Rig, count: number): Promise<void> {
  await until(() => rig.emulator.requests().length >= count);
  await new Promise(setImmediate);
}

describe("the ledger", () => {
  test("counts windows of five minutes from the first successful call", async () => {
    const rig = await start();
    expect(entryOf(rig)).toMatchObject({ invocations: 0, cost: 0, fleet: { windows: 0, state: "warm" } });
    await invoke(rig.runtime, arns.llama, prompt);
    expect(entryOf(rig).fleet).toMatchObject({ windows: 1, unitsPerCopy: 2, unitMinutes: 10 });
    // The worked example of AWS's pricing page: 2 units × 5 minutes × price.
    expect(entryOf(rig).cost).toBeCloseTo(2 * 5 * 0.05718);
    rig.emulator.advance("4m");
    await invoke(rig.runtime, arns.llama, prompt);
    rig.emulator.advance("2m");
    expect(entryOf(rig).fleet?.windows).toBe(2);
    rig.emulator.advance("1h");
    expect(entryOf(rig).fleet).toMatchObject({ windows: 2, state: "warm", copies: 0 });
    await invoke(rig.runtime, arns.llama, prompt);
    expect(entryOf(rig).fleet?.periods.map((period) => period.windows)).toEqual([2, 1]);
    expect(entryOf(rig).fleet?.periods[0]?.end).toBeDefined();
  });

  test("failed calls and restoring cost nothing", async () => {
    const rig = await start({ coldStart: "90s", coldMode: "refuse" });
    await failureOf(invoke(rig.runtime, arns.llama, prompt));
    rig.emulator.advance("2m");
    rig.emulator.addFault({ kind: "error", exception: "InternalServerException" });
    await failureOf(invoke(rig.runtime, arns.llama, prompt));
    expect(entryOf(rig)).toMatchObject({ invocations: 0, cost: 0, fleet: { windows: 0 } });
  });

  test("tells tokens and cost of Kimi", async () => {
    const rig = await start();
    const { usage } = await invoke(rig.runtime, kimi, { messages: [{ role: "user", content: "hi" }] });
    const entry = entryOf(rig, kimi);
    expect(entry).toMatchObject({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens });
    expect(entry.cost).toBeCloseTo((usage.prompt_tokens * 0.6 + usage.completion_tokens * 2.5) / 1e6);
  });

  test("takes other prices", async () => {
    const rig = await start({
      prices: { date: "2027-01", perUnitMinute: { "1.0": { "*": 1 } }, perMillionTokens: {} },
    });
    await invoke(rig.runtime, arns.llama, prompt);
    expect(rig.emulator.ledger()).toMatchObject({ priceDate: "2027-01", totalCost: 10 });
  });

  test("is to be had over HTTP", async () => {
    const rig = await start();
    await invoke(rig.runtime, arns.llama, prompt);
    const answer: Json = await (await fetch(`${rig.emulator.url}/_outcrop/ledger`)).json();
    expect(answer.models.find((model: Json) => model.modelId === arns.llama).invocations).toBe(1);
  });

  test.each([
    [0, 1],
    [1, 1],
    [5 * minute, 1],
    [5 * minute + 1, 2],
    [15 * minute, 3],
  ])("%d ms are %d windows", (length, windows) => {
    expect(countWindows({ copy: 1, start: 1000, end: 1000 + length }, 1e9)).toBe(windows);
    expect(countWindows({ copy: 1, start: 1000, end: undefined }, 1000 + length)).toBe(windows);
  });
});

describe("copies", () => {
  const settings: FleetSettings = {
    coldStart: minute,
    coldMode: "hold",
    holdLimit: 5 * minute,
    idle: 5 * minute,
    concurrencyPerCopy: 2,
    maxCopies: 3,
  };
  const signal = new AbortController().signal;

  function create(change: Partial<FleetSettings> = {}): {
    fleet: Fleet;
    advance: (milliseconds: number) => void;
  } {
    let now = 0;
    const clock = createClock(() => now);
    const model = toImportedModel(
      { name: "m", architecture: "llama" },
      { region: "us-east-1", account: "123456789012" },
    );
    const fleet = createFleet(model, { ...settings, ...change }, clock);
    return { fleet, advance: (milliseconds) => (now += milliseconds) };
  }

  async function warm(change: Partial<FleetSettings> = {}): Promise<ReturnType<typeof create>> {
    const made = create({ ...change, coldMode: "refuse" });
    await failureOf(made.fleet.acquire(signal));
    made.advance(minute);
    return made;
  }

  test("are added when all are full, one at a time, up to the limit", async () => {
    const { fleet, advance } = await warm();
    const acquire = async (count: number): Promise<void> => {
      for (let call = 0; call < count; call++) await fleet.acquire(signal);
    };
    await acquire(2);
    expect(fleet.report()).toMatchObject({ copies: 1, coldStarts: 1 });
    await acquire(3);
    expect(fleet.report()).toMatchObject({ copies: 1, coldStarts: 2 });
    advance(minute);
    expect(fleet.report().copies).toBe(2);
    await acquire(10);
    advance(minute);
    await acquire(10);
    advance(minute);
    expect(fleet.report()).toMatchObject({ copies: 3, coldStarts: 3, state: "warm" });
  });

  test("without cold starts they are there at once", async () => {
    const { fleet } = create({ coldStart: 0 });
    for (let call = 0; call < 9; call++) await fleet.acquire(signal);
    expect(fleet.report()).toMatchObject({ copies: 3, coldStarts: 0 });
  });

  test("each is billed for itself, and the later ones go first", async () => {
    const { fleet, advance } = create({ coldStart: 0 });
    const leases = [];
    for (let call = 0; call < 3; call++) leases.push(await fleet.acquire(signal));
    for (const lease of leases) lease.succeed();
    for (const lease of leases) lease.release();
    advance(4 * minute);
    const again = await fleet.acquire(signal);
    again.succeed();
    again.release();
    advance(2 * minute);
    expect(fleet.report().copies).toBe(1);
    expect(fleet.report().periods).toEqual([
      { copy: 2, start: 0, end: 5 * minute },
      { copy: 1, start: 0, end: undefined },
    ]);
  });

  test("a call in flight keeps its copy", async () => {
    const { fleet, advance } = create({ coldStart: 0 });
    const lease = await fleet.acquire(signal);
    advance(60 * minute);
    expect(fleet.report()).toMatchObject({ state: "warm", copies: 1 });
    lease.release();
    advance(5 * minute);
    expect(fleet.report().copies).toBe(0);
  });
});
