import { describe, expect, test } from "vitest";
import { startRig, stopRig, arns, failureOf, invoke, invokeStream, useRig } from "./rig.ts";
import type { Json } from "./rig.ts";

const lines: string[] = [];
const rig = useRig({ log: (line) => lines.push(line) });

async function admin(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> {
  const answer = await fetch(`${rig().emulator.url}/_outcrop/${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

describe("/_outcrop/faults", () => {
  test.each<[string, Json]>([
    ["one", { kind: "error", exception: "throttling" }],
    ["a list", [{ kind: "ThrottlingException" }]],
    ["a list by its name", { faults: ["throttling"] }],
  ])("%s is added, shown and cleared", async (_, body) => {
    const added = await admin("POST", "faults", body);
    expect(added).toEqual({
      status: 200,
      body: { faults: [{ kind: "error", exception: "ThrottlingException" }] },
    });
    expect((await failureOf(invoke(rig().runtime, arns.llama, { prompt: "x" }))).name).toBe(
      "ThrottlingException",
    );
    expect((await admin("GET", "faults")).body.faults).toHaveLength(1);
    await admin("DELETE", "faults");
    expect(await invoke(rig().runtime, arns.llama, { prompt: "x" })).toHaveProperty("generation");
  });

  test.each<[Json, string]>([
    [{ kind: "nonsense" }, "faults[0].kind: unknown kind of fault"],
    [{ kind: "reset", rate: 2 }, "faults[0].rate: expected a number from 0 to 1, got 2"],
    [[{ kind: "reset" }, { kind: "reset", afterr: 1 }], "faults[1].afterr: unknown setting"],
    [[null], "faults[0]: expected a mapping, got nothing"],
    ["{", "JSON"],
  ])("%j is refused whole", async (body, text) => {
    const answer = await admin("POST", "faults", body);
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(text)]);
    expect((await admin("GET", "faults")).body.faults).toEqual([]);
  });
});

test("/_outcrop/scripts adds answers", async () => {
  expect(await admin("POST", "scripts", { match: "/ma+gic/", answer: "abracadabra" })).toEqual({
    status: 200,
    body: { added: 1 },
  });
  expect((await invoke(rig().runtime, arns.llama, { prompt: "maaagic" })).generation).toBe("abracadabra");
  expect((await admin("POST", "scripts", { match: "/(/", answer: "x" })).status).toBe(400);
  await admin("DELETE", "scripts");
  expect((await invoke(rig().runtime, arns.llama, { prompt: "maaagic" })).generation).not.toBe("abracadabra");
});

test("/_outcrop/clock moves the time", async () => {
  const before = Date.parse((await admin("GET", "ledger")).body.time);
  const after = Date.parse((await admin("POST", "clock", { advance: "2h" })).body.time);
  expect(after - before).toBeGreaterThanOrEqual(7_200_000);
  expect((await admin("POST", "clock", {})).status).toBe(400);
});

describe("/_outcrop/requests", () => {
  test("shows what was received, decoded", async () => {
    await invoke(rig().runtime, arns.llama, { prompt: "x", max_gen_len: 5 });
    await failureOf(invoke(rig().http1, arns.llama, { prompt: 5 }));
    const { requests } = (await admin("GET", "requests")).body;
    expect(requests).toMatchObject([
      {
        operation: "InvokeModel",
        modelId: arns.llama,
        protocol: "HTTP/2",
        path: `/model/${encodeURIComponent(arns.llama)}/invoke`,
        headers: { "content-type": "application/json" },
        body: { prompt: "x", max_gen_len: 5 },
        authentication: "signature",
        region: "us-east-1",
        format: "BedrockCompletion",
        status: 200,
        outputTokens: 5,
        outcome: "answered",
      },
      {
        protocol: "HTTP/1.1",
        status: 400,
        error: "ValidationException",
        message: expect.stringContaining("#/prompt"),
      },
    ]);
    expect(requests).toEqual(JSON.parse(JSON.stringify(rig().emulator.requests())));
  });

  test("are forgotten at a reset", async () => {
    await invoke(rig().runtime, arns.llama, { prompt: "x" });
    await admin("POST", "reset");
    expect((await admin("GET", "requests")).body.requests).toEqual([]);
    expect((await admin("GET", "ledger")).body.totalCost).toBe(0);
  });
});

test.each([
  ["GET", "models", 200],
  ["GET", "health", 200],
  ["GET", "nothing", 404],
  ["POST", "ledger", 404],
  ["GET", "constructor", 404],
])("%s /_outcrop/%s: %d", async (method, path, status) => {
  expect((await admin(method, path)).status).toBe(status);
});

test("each request is told in one line", async () => {
  lines.length = 0;
  await invokeStream(rig().runtime, arns.llama, { prompt: "x", max_gen_len: 5 });
  await failureOf(invoke(rig().http1, arns.llama, {}));
  expect(lines).toEqual([
    expect.stringMatching(
      /^\d\d:\d\d:\d\d InvokeModelWithResponseStream arn:\S+ 200 in=2 out=5 \d+ms HTTP\/2$/,
    ),
    expect.stringMatching(/^\d\d:\d\d:\d\d InvokeModel arn:\S+ 400 ValidationException \d+ms HTTP\/1\.1$/),
  ]);
});

test("no secret is shown or told", async () => {
  const canary = "canary-7f3a9b";
  const emulator = await startRig({ apiKeys: [`ABSK-${canary}-key`], log: (line) => lines.push(line) });
  const { url } = emulator.emulator;
  for (const authorization of [`Bearer ABSK-${canary}-key`, `Bearer ABSK-${canary}-wrong`]) {
    const headers = {
      authorization,
      "x-amz-security-token": `long-token-${canary}`,
      "content-type": "application/json",
    };
    await fetch(`${url}/model/${encodeURIComponent(arns.llama)}/invoke`, {
      method: "POST",
      headers,
      body: "{}",
    });
  }
  const shown = await (await fetch(`${url}/_outcrop/requests`)).text();
  expect(shown + lines.join("\n")).not.toContain(canary);
  await stopRig(emulator);
});

test("two emulators with one seed answer alike to the letter, ids and padding included", async () => {
  const run = async (seed: number): Promise<string> => {
    const now = (): number => Date.parse("2026-01-01T00:00:00Z");
    const own = await startRig({ seed, now });
    const prompt = { prompt: "x", max_tokens: 50 };
    const whole = await invoke(own.http1, arns.llama, prompt);
    const answer = await fetch(
      `${own.emulator.url}/model/${encodeURIComponent(arns.llama)}/invoke-with-response-stream`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${own.emulator.apiKey}`, "content-type": "application/json" },
        body: JSON.stringify(prompt),
      },
    );
    const bytes = Buffer.from(await answer.arrayBuffer()).toString("hex");
    await stopRig(own);
    return JSON.stringify([whole, answer.headers.get("x-amzn-requestid"), bytes]);
  };
  const [first, again, other] = [await run(7), await run(7), await run(8)];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
