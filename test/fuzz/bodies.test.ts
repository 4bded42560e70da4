import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway as startBefore, jsonAnswer } from "../../packages/gateway/test/start-gateway.ts";
import { type FuzzRig, key, startFuzzRig } from "./fuzz-rig.ts";

let rig: FuzzRig;
beforeAll(async () => {
  rig = await startFuzzRig();
});
afterAll(() => rig.close());

function post(body: string, path = "/v1/chat/completions"): Promise<Response> {
  return fetch(rig.gateway.url + path, { method: "POST", body, headers: { authorization: `Bearer ${key}` } });
}

const messages = '"messages":[{"role":"user","content":"Hi"}]';
const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

describe("members that mean something to JavaScript are members like any other", () => {
  test("what stands under __proto__ is not the body's own", async () => {
    const response = await post(`{"__proto__":{"model":"chat","stream":true,${messages}}}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: "model" } });
  });

  test("__proto__ changes no setting", async () => {
    const response = await post(`{"model":"chat",${messages},"__proto__":{"stream":true}}`);
    expect(response.headers.get("content-type")).toBe("application/json");
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("%s is no model", async (name) => {
    const response = await post(`{"model":"${name}",${messages}}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: "invalid_model" } });
  });
});

describe("nesting", () => {
  test.each([
    ["a field of nobody's", 200, `{"model":"chat",${messages},"x":${deep(400)}}`],
    ["a field of nobody's, too deep", 400, `{"model":"chat",${messages},"x":${deep(600)}}`],
    [
      "a schema, too deep",
      400,
      `{"model":"chat",${messages},"tools":[{"type":"function","function":{"name":"f","parameters":${deep(30_000)}}}]}`,
    ],
    ["all of it, too deep", 400, deep(200_000)],
    ["all of it, and never closed", 400, "[".repeat(400_000)],
  ])("%s", async (_, status, body) => {
    expect((await post(body)).status).toBe(status);
  });

  const call = (text: string) =>
    `{"role":"assistant","content":null,"tool_calls":[{"id":"c12345678","type":"function","function":{"name":"f","arguments":${JSON.stringify(text)}}}]}`;
  test.each(["chat", "prompt", "converse"])(
    "in the arguments of a call, which are text, on %s",
    async (model) => {
      const talk = `[{"role":"user","content":"Hi"},${call(`{"a":${deep(50_000)}}`)},{"role":"tool","tool_call_id":"c12345678","content":"x"}]`;
      const { status } = await post(`{"model":"${model}","messages":${talk}}`);
      expect([200, 400]).toContain(status);
    },
  );
});

test("however much there is to warn of, the head stays one that clients read", async () => {
  const settings = Array.from({ length: 5000 }, (_, index) => `"aws_${index}":1`).join(",");
  const response = await post(`{"model":"chat",${messages},${settings}}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("x-outcrop-warning")).toMatch(/^aws_0: dropped.* \.\.\.$/);
});

test("strings that are never closed are read once, not once for each of their quotes", async () => {
  // A walk from each of the 32,000 quotes takes some ten seconds a body: twenty would outlast the test.
  const unclosed = `{"model":"${'\\"'.repeat(32_000)}`;
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(unclosed)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 400));
});

test("names in any script are served, and stand in headers as far as headers hold them", async () => {
  const yes = {
    choices: [{ index: 0, message: { role: "assistant", content: "Yes." }, finish_reason: "stop" }],
  };
  const gateway = await startBefore(
    async () => jsonAnswer(yes),
    `
model_list:
  - model_name: модель/💥
    litellm_params: {model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456"}
    model_info: {id: "номер 💥\\n1"}
`,
  );
  const ask = (body: object) =>
    fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", body: JSON.stringify(body) });
  const chat = { model: "модель/💥", messages: [{ role: "user", content: "Hi" }] };
  const whole = await ask(chat);
  expect(whole.status).toBe(200);
  expect(await whole.json()).toMatchObject({ model: "модель/💥" });
  expect((await ask({ ...chat, stream: true })).status).toBe(200);
  expect((await fetch(`${gateway.url}/v1/models/${encodeURIComponent("модель/💥")}`)).status).toBe(200);
  expect((await ask({ ...chat, timeout: "💥", tags: ["💥"] })).status).toBe(400);
  await gateway.close(0);
});
