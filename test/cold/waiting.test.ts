import { describe, expect, test } from "vitest";
import { createColdScene, entryOf, modelsNamed } from "./cold-scene.ts";

const messages = [{ role: "user", content: "hello" }];
const restore = { coldStart: 60_000, maxCopies: 1 } as const;
const slow = `
      timeout: 60000
      num_retries: 0
      cold_start_timeout: 30000`;

const scene = (coldMode: "refuse" | "hold", config: string, more: object = {}) =>
  createColdScene({ ...restore, coldMode, models: modelsNamed("one", "two"), config, ...more });

const commentsOf = (text: string) => text.split("\n").filter((line) => line.startsWith(":"));

describe.each(["refuse", "hold"] as const)("while AWS answers with: %s", (coldMode) => {
  test.each([
    ["/v1/chat/completions", { messages }, "data: [DONE]"],
    ["/v1/completions", { prompt: "hello" }, "data: [DONE]"],
    ["/v1/messages", { messages, max_tokens: 50 }, "event: message_stop"],
    ["/v1/responses", { input: "hello" }, "event: response.completed"],
  ])("a stream of %s is opened after the grace, and kept company", async (path, body, end) => {
    await using cold = await scene(coldMode, `model_list:${entryOf("one", slow)}\n`);
    const reply = await cold.ask({ model: "one", stream: true, ...body }, {}, { path });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(Number(reply.headers["x-outcrop-cold-wait-ms"])).toBeGreaterThanOrEqual(5000);
    const comments = commentsOf(reply.text);
    expect(comments.length).toBeGreaterThanOrEqual(2);
    for (const comment of comments) expect(comment).toMatch(/^: the model is being restored, waited \d+ s$/);
    expect(reply.text.startsWith(": ")).toBe(true);
    expect(reply.text).toContain(end);
    expect(reply.text).not.toContain('"error":{');
  });

  test("a whole answer comes late, and says how late", async () => {
    await using cold = await scene(coldMode, `model_list:${entryOf("one", slow)}\n`);
    const reply = await cold.ask({ model: "one", messages });
    expect(reply.status).toBe(200);
    expect(Number(reply.headers["x-outcrop-cold-wait-ms"])).toBeGreaterThanOrEqual(50_000);
    const next = await cold.ask({ model: "one", messages });
    expect(next.headers["x-outcrop-cold-wait-ms"]).toBeUndefined();
  });

  test("without a grace the status waits for the first event", async () => {
    const config = `model_list:${entryOf("one", slow)}\noutcrop_settings:\n  cold_start_grace: 0\n`;
    await using cold = await scene(coldMode, config);
    const reply = await cold.ask({ model: "one", stream: true, messages });
    expect(reply.status).toBe(200);
    expect(commentsOf(reply.text)).toEqual([]);
    expect(Number(reply.headers["x-outcrop-cold-wait-ms"])).toBeGreaterThanOrEqual(50_000);
  });
});

describe("on giving up", () => {
  const impatient = `
      timeout: 60000
      num_retries: 0
      cold_start_timeout: 20`;

  test("a whole answer is a 503 that says when to come again, and no 429", async () => {
    await using cold = await scene("refuse", `model_list:${entryOf("one", impatient)}\n`);
    const reply = await cold.ask({ model: "one", messages });
    expect(reply.status).toBe(503);
    expect(reply.headers["retry-after"]).toBe("30");
    expect(Number(reply.headers["x-outcrop-cold-wait-ms"])).toBeGreaterThanOrEqual(20_000);
    expect(JSON.parse(reply.text)).toMatchObject({ error: { type: "model_not_ready" } });
  });

  test("a stream whose 200 is out ends with an error event, and no end mark", async () => {
    await using cold = await scene("refuse", `model_list:${entryOf("one", impatient)}\n`);
    const reply = await cold.ask({ model: "one", stream: true, messages });
    expect(reply.status).toBe(200);
    expect(commentsOf(reply.text).length).toBeGreaterThanOrEqual(1);
    expect(reply.text).toContain('"type":"model_not_ready"');
    expect(reply.text).not.toContain("[DONE]");
  });

  test("within the grace a stream is a 503 too", async () => {
    await using cold = await scene("refuse", `model_list:${entryOf("one", impatient)}\n`);
    const reply = await cold.ask(
      { model: "one", stream: true, messages },
      { "x-outcrop-cold-start-grace": "1000" },
    );
    expect(reply.status).toBe(503);
    expect(reply.headers["retry-after"]).toBe("30");
  });
});

describe("a request may choose", () => {
  const pair = `model_list:${entryOf("one", slow)}${entryOf("two", slow)}
router_settings:
  fallbacks: [{one: [two]}]
`;
  const models = modelsNamed("one", "two").map((model) => ({
    ...model,
    coldStart: model.name === "one" ? 60_000 : 0,
  }));

  test("to fail fast", async () => {
    await using cold = await scene("refuse", pair, { models });
    const reply = await cold.ask({ model: "one", messages }, { "x-outcrop-cold-start": "fail_fast" });
    expect(reply.status).toBe(503);
    expect(reply.headers["retry-after"]).toBe("30");
    expect(cold.callsTo("two")).toBe(0);
  });

  test.each(["fallback", "race"])(
    "%s: another answers now, and the model again when it is warm",
    async (policy) => {
      await using cold = await scene("refuse", pair, { models });
      const headers = { "x-outcrop-cold-start": policy };
      const first = await cold.ask({ model: "one", messages }, headers);
      expect(first.status).toBe(200);
      expect(first.headers["x-litellm-model-group"]).toBe("two");
      expect(Number(first.headers["x-outcrop-cold-wait-ms"] ?? 0)).toBeLessThan(50_000);
      await expect.poll(() => cold.warmthOf("one"), { timeout: 20_000 }).toBe("warm");
      const second = await cold.ask({ model: "one", messages }, headers);
      expect(second.headers["x-litellm-model-group"]).toBe("one");
      expect(cold.fleetOf("one").coldStarts).toBe(1);
    },
  );

  test("nothing that there isn't", async () => {
    await using cold = await scene("refuse", pair, { models });
    const reply = await cold.ask({ model: "one", messages }, { "x-outcrop-cold-start": "hope" });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("x-outcrop-cold-start must be one of wait, fail_fast, fallback, race");
  });
});

describe("POST /v1/models/{alias}/warm", () => {
  const config = `model_list:${entryOf("one", slow)}${entryOf("two", slow)}
  - model_name: kimi
    litellm_params:
      model: bedrock/moonshot.kimi-k2-thinking
`;

  test("restores a model; who asks meanwhile joins", async () => {
    await using cold = await scene("refuse", config);
    const path = "/v1/models/one/warm";
    const replies = await Promise.all([cold.ask({}, {}, { path }), cold.ask({ wait: true }, {}, { path })]);
    for (const { status, text } of replies) {
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({
        object: "model.warmth",
        model: "one",
        state: "warm",
        deployments: [{ state: "warm" }],
      });
    }
    expect(cold.fleetOf("one").coldStarts).toBe(1);
    expect(cold.callsTo("one")).toBe(1 + cold.fleetOf("one").refusals);
    expect(cold.warmthOf("one")).toBe("warm");
    expect(cold.callsTo("two")).toBe(0);
  });

  test("streams how far it is", async () => {
    await using cold = await scene("refuse", config);
    const { status, text } = await cold.ask({ stream: true }, {}, { path: "/v1/models/one/warm" });
    expect(status).toBe(200);
    expect(text).toContain('"state":"restoring"');
    expect(text).toMatch(/"state":"warm","waited_ms":\d+/);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("needs not be waited for", async () => {
    await using cold = await scene("refuse", config);
    const reply = await cold.ask({ wait: false }, {}, { path: "/v1/models/one/warm" });
    expect(reply.status).toBe(202);
    expect(JSON.parse(reply.text)).toMatchObject({ state: "restoring" });
    await expect.poll(() => cold.warmthOf("one"), { timeout: 20_000 }).toBe("warm");
  });

  test.each([
    ["kimi", 200, '"state":"warm"'],
    ["nobody", 400, "nobody"],
  ])("of %s: %i", async (alias, status, said) => {
    await using cold = await scene("refuse", config);
    const reply = await cold.ask({}, {}, { path: `/v1/models/${alias}/warm` });
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(said);
  });

  test("at the start, for those that the config names", async () => {
    await using cold = await scene("refuse", `${config}outcrop_settings:\n  warm_up: [two]\n`);
    await expect.poll(() => cold.warmthOf("two"), { timeout: 20_000 }).toBe("warm");
    expect(cold.callsTo("one")).toBe(0);
  });
});
