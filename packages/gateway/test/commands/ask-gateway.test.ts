import { afterEach, expect, test } from "vitest";
import { askHealth, testChat } from "../../src/commands/ask-gateway.ts";
import type { Gateway } from "../../src/gateway.ts";
import { type Send, jsonAnswer, startGateway } from "../start-gateway.ts";

const key = "sk-0123456789abcdef0123456789abcdef";
const config = `
model_list: [{model_name: m, litellm_params: {model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc", num_retries: 0}}]
general_settings: {master_key: ${key}}
`;

let gateway: Gateway | undefined;
afterEach(() => gateway?.close(0));

const hello = { choices: [{ message: { content: "Hello" }, finish_reason: "stop" }] };
const well: Send = async ({ method }) =>
  jsonAnswer(method === "GET" ? { modelArchitecture: "qwen2", instructSupported: true } : hello);
const badly: Send = async () =>
  jsonAnswer({ message: "no" }, 403, { "x-amzn-errortype": "AccessDeniedException" });

async function running(send: Send, given: string | undefined = key) {
  gateway = await startGateway(send, config);
  let text = "";
  return {
    target: { url: gateway.url, key: given, write: (piece: string) => void (text += piece) },
    text: () => text,
  };
}

test.each<[string, Send, string | undefined, number, RegExp]>([
  ["healthy", well, key, 0, /"healthy_count": 1/],
  ["unhealthy", badly, key, 1, /"unhealthy_count": 1/],
  ["with a wrong key", well, "sk-other", 1, /auth_error/],
])("--health: %s", async (_, send, given, code, says) => {
  const { target, text } = await running(send, given);
  expect(await askHealth(target)).toBe(code);
  expect(text()).toMatch(says);
});

test.each<[string, Send, string | undefined, number, RegExp]>([
  ["the first model where none is named", well, undefined, 0, /"content": "Hello"/],
  ["a model by name", well, "m", 0, /"model": "m"/],
  ["an unknown model", well, "n", 1, /invalid_/],
  ["a failure", badly, undefined, 1, /permission_denied/],
])("--test: %s", async (_, send, model, code, says) => {
  const { target, text } = await running(send);
  expect(await testChat(target, model)).toBe(code);
  expect(text()).toMatch(says);
});

test("nobody there", async () => {
  const { target, text } = await running(well);
  await gateway?.close(0);
  expect([await askHealth(target), await testChat(target, undefined)]).toEqual([1, 1]);
  expect(text()).toMatch(/There is no answer from http.*ECONNREFUSED/);
});
