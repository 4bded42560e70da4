import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Gateway } from "../../src/gateway.ts";
import type { LedgerCall } from "../../src/ledger/call.ts";
import { openDatabase } from "../../src/ledger/database.ts";
import { createLedgerReader } from "../../src/ledger/reader.ts";
import { type Send, jsonAnswer, post, sseAnswer, sseChunk, startGateway } from "../start-gateway.ts";
import { kimi, modelArn } from "./calls.ts";

const hello = {
  choices: [{ message: { content: "Hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1000, completion_tokens: 2000 },
};
const described = {
  modelArn,
  creationTime: "2026-01-01T00:00:00Z",
  customModelUnits: { customModelUnitsPerModelCopy: 2, customModelUnitsVersion: "v1.0" },
};
const ask = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: "user", content: "hi" }],
  ...more,
});

const answering: Send = async (request) =>
  jsonAnswer(request.path.includes("/imported-models/") ? described : hello);

const configOf = (more = "") => `
model_list:
  - {model_name: imported, litellm_params: {model: "bedrock/openai/${modelArn}"}}
  - {model_name: kimi, litellm_params: {model: bedrock/invoke/${kimi}, aws_region_name: us-west-2}}
  - model_name: priced
    litellm_params:
      model: "bedrock/openai/${modelArn}"
      input_cost_per_token: 1e-6
      output_cost_per_token: 2e-6
  - {model_name: unpriced, litellm_params: {model: bedrock/converse/some.model, aws_region_name: us-west-2}}
${more}
`;

let folder = "";
let gateway: Gateway | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outcrop-costs-"));
});
afterEach(async () => {
  await gateway?.close(0);
  gateway = undefined;
  rmSync(folder, { recursive: true });
});

const path = () => join(folder, "ledger.db");

async function start(send: Send = answering, more = ""): Promise<string> {
  gateway = await startGateway(send, configOf(`${more}\noutcrop_settings: {ledger: {path: ${path()}}}`));
  return gateway.url;
}

/** What the book holds. */
function read(modelId: string): readonly LedgerCall[] {
  const database = openDatabase(path());
  const calls = createLedgerReader(database).callsOf(modelId, { from: 0, to: Infinity });
  database.close();
  return calls;
}

/** AWS is asked in the background. */
async function untilUnitsAreKnown(): Promise<void> {
  const database = openDatabase(path());
  await expect
    .poll(() => [...createLedgerReader(database).units().values()])
    .toEqual([{ modelId: modelArn, perCopy: 2, version: "v1.0", createdAt: Date.parse("2026-01-01") }]);
  database.close();
}

function costOf(response: Response): readonly (string | null)[] {
  return [response.headers.get("x-outcrop-cost-kind"), response.headers.get("x-litellm-response-cost")];
}

describe("an answer says what it has cost", () => {
  test("by the token", async () => {
    expect(costOf(await post(await start(), ask("kimi")))).toEqual(["tokens", "0.0056"]);
  });

  test("by the config's own prices", async () => {
    expect(costOf(await post(await start(), ask("priced")))).toEqual(["tokens", "0.005"]);
  });

  test("by units, as soon as AWS has told how many; the first answer does not wait for it", async () => {
    let isAsked = 0;
    const told = Promise.withResolvers<void>();
    const url = await start(async (request) => {
      if (!request.path.includes("/imported-models/")) return jsonAnswer(hello);
      isAsked += 1;
      await told.promise;
      return jsonAnswer(described);
    });
    expect(costOf(await post(url, ask("imported")))).toEqual(["unknown", null]);
    expect(costOf(await post(url, ask("imported")))).toEqual(["unknown", null]);
    told.resolve();
    await untilUnitsAreKnown();
    // Two calls of the same tokens came before it in its window: two units at $0.05718 for five minutes.
    const [kind, cost] = costOf(await post(url, ask("imported")));
    expect([kind, Number(cost)]).toEqual(["units-estimated", expect.closeTo(0.5718 / 3, 9)]);
    expect(isAsked).toBe(1);
  });

  test("what nobody knows is unknown", async () => {
    expect(costOf(await post(await start(), ask("unpriced")))).toEqual(["unknown", null]);
  });

  test("a stream's cost is not known when its headers go out", async () => {
    const url = await start(async () =>
      sseAnswer(
        (async function* () {
          yield sseChunk("Hello", "stop");
          yield "data: [DONE]\n\n";
        })(),
      ),
    );
    const response = await post(url, ask("kimi", { stream: true }));
    expect(costOf(response)).toEqual(["unknown", null]);
    await response.text();
  });

  test("an answer out of the cache costs nothing", async () => {
    const url = await start(answering, "litellm_settings: {cache: true}");
    await (await post(url, ask("kimi"))).text();
    expect(costOf(await post(url, ask("kimi")))).toEqual(["tokens", "0"]);
    expect(read(kimi)).toHaveLength(1);
  });
});

describe("the book", () => {
  test("has the call when its answer is there, with who asked", async () => {
    const url = await start();
    const headers = { "x-litellm-call-id": "call-7", authorization: "Bearer sk-secret" };
    const body = ask("kimi", { user: "ada", metadata: { tags: ["a", "b"] } });
    await (await post(url, body, { headers })).text();
    const [call] = read(kimi);
    expect(call).toMatchObject({
      callId: "call-7",
      alias: "kimi",
      region: "us-west-2",
      outcome: "succeeded",
      usage: { promptTokens: 1000, completionTokens: 2000 },
      user: "ada",
      tags: ["a", "b"],
      tokenPrice: { input: 600_000n, output: 2_500_000n },
    });
    expect(call?.key).toMatch(/^[0-9a-f]{64}$/);
    expect(call?.sentAt).toBeLessThanOrEqual(call?.answeredAt ?? 0);
    expect(call?.answeredAt).toBeLessThanOrEqual(call?.endedAt ?? 0);
  });

  test("has a stream when its end mark is there", async () => {
    const end = Promise.withResolvers<void>();
    const url = await start(async () =>
      sseAnswer(
        (async function* () {
          yield sseChunk("Hello");
          await end.promise;
          yield sseChunk(" there", "stop");
          yield "data: [DONE]\n\n";
        })(),
      ),
    );
    const response = await post(url, ask("imported", { stream: true }));
    expect(read(modelArn)).toEqual([]);
    end.resolve();
    expect(await response.text()).toContain("[DONE]");
    expect(read(modelArn)).toMatchObject([
      { outcome: "succeeded", user: undefined, key: undefined, tags: [] },
    ]);
  });

  test("has each call of a request of several prompts, and none that AWS has refused", async () => {
    let calls = 0;
    const url = await start(async (request) => {
      if (request.path.includes("/imported-models/")) return jsonAnswer(described);
      calls += 1;
      if (calls === 1)
        return jsonAnswer({ message: "slow down" }, 429, { "x-amzn-errortype": "ThrottlingException" });
      return jsonAnswer(hello);
    });
    const response = await fetch(`${url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "imported", prompt: ["one", "two"] }),
    });
    expect(response.status).toBe(200);
    expect(calls).toBe(3);
    expect(read(modelArn)).toHaveLength(2);
  });

  test("knows what AWS bills the model as", async () => {
    await (await post(await start(), ask("imported"))).text();
    await untilUnitsAreKnown();
  });

  test("is not kept where none is configured", async () => {
    gateway = await startGateway(answering, configOf());
    expect(costOf(await post(gateway.url, ask("kimi")))).toEqual(["tokens", "0.0056"]);
  });

  test("that can't be opened keeps the gateway from starting", async () => {
    const settings = `outcrop_settings: {ledger: {path: ${folder}}}`;
    await expect(startGateway(answering, configOf(settings))).rejects.toThrow(/ledger .* cannot be opened/);
  });
});

describe("GET /outcrop/cost", () => {
  test("says what outcrop cost says", async () => {
    const url = await start();
    await (await post(url, ask("kimi", { user: "ada" }))).text();
    const report = await fetch(`${url}/outcrop/cost?by=user&time_zone=Europe/Berlin`);
    expect(await report.json()).toMatchObject({
      currency: "USD",
      time_zone: "Europe/Berlin",
      total: { calls: 1, compute_usd: 0.0056 },
      by_user: [{ user: "ada", calls: 1 }],
    });
  });

  test("refuses what it does not understand", async () => {
    const response = await fetch(`${await start()}/outcrop/cost?by=colour`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: "by" } });
  });

  test("there is none without a book", async () => {
    gateway = await startGateway(answering, configOf());
    expect((await fetch(`${gateway.url}/outcrop/cost`)).status).toBe(404);
  });
});
