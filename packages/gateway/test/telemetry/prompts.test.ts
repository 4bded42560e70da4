import { createClient } from "@outcrop/sdk";
import { expect, test } from "vitest";
import { resolveAccess } from "../../src/config/access.ts";
import { createGateway } from "../../src/gateway.ts";
import { load } from "../config/load.ts";
import { type Send, jsonAnswer, post, sseAnswer, sseChunk } from "../start-gateway.ts";
import { startReceiver } from "./receiver.ts";

/** What a client and a model say to each other, in every place where a request or an answer holds words. */
const prompt = "canary-of-the-prompt";
const answer = "canary-of-the-answer";
const chat = {
  model: "m",
  num_retries: 0,
  user: "someone",
  messages: [
    { role: "system", content: `${prompt} system` },
    { role: "user", content: [{ type: "text", text: prompt }], name: "n" },
  ],
  tools: [{ type: "function", function: { name: "f", description: prompt } }],
};

async function* chunks(...pieces: readonly string[]) {
  for (const piece of pieces) yield piece;
}

const whole = { message: { content: answer, reasoning_content: answer }, finish_reason: "stop" };
const refusal = { message: `Malformed input: ${prompt} is not what ${answer} wants` };

/** Ways in which a request can end: what AWS does, what the client asks, the status. */
const endings: readonly [string, Send, object, number][] = [
  ["a whole answer", async () => jsonAnswer({ choices: [whole] }), chat, 200],
  ["a stream", async () => sseAnswer(chunks(sseChunk(answer, "stop"))), { ...chat, stream: true }, 200],
  ["a stream that is cut", async () => sseAnswer(chunks(sseChunk(answer))), { ...chat, stream: true }, 200],
  ["an answer of no known shape", async () => jsonAnswer({ said: answer }), chat, 502],
  [
    "a refusal by AWS that quotes it",
    async () => jsonAnswer(refusal, 400, { "x-amzn-errortype": "ValidationException" }),
    chat,
    400,
  ],
  ["a failure on the way", async () => Promise.reject(new Error(`reset: ${prompt}`)), chat, 502],
  [
    "a wrong field",
    async () => jsonAnswer({}),
    { ...chat, messages: [{ role: prompt, content: prompt }] },
    400,
  ],
];

/** `true` and `false` differ in nothing: there is no way to have prompts logged. */
const settings = [
  "turn_off_message_logging: true, redact_messages_in_exceptions: true",
  "turn_off_message_logging: false, redact_messages_in_exceptions: false, set_verbose: true",
];

test.each(endings.flatMap((ending) => settings.map((setting) => [...ending, setting] as const)))(
  "%s: neither prompt nor answer is in log, spans or callbacks",
  async (_, send, body, status, setting) => {
    const receiver = await startReceiver();
    const lines: string[] = [];
    const { config } = await load(`
model_list: [{model_name: m, litellm_params: {model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc"}}]
litellm_settings: {callbacks: [otel, generic_api, prometheus], json_logs: true, ${setting}}
`);
    if (!config) throw new Error("the config is wrong");
    const credentials = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret-of-the-test" };
    const gateway = await createGateway({
      config,
      access: resolveAccess(config, { host: "127.0.0.1", env: {} }),
      port: 0,
      client: createClient({ runtime: { send, env: () => credentials } }),
      env: { LITELLM_LOG: "DEBUG", OTEL_ENDPOINT: receiver.url, GENERIC_LOGGER_ENDPOINT: receiver.url },
      write: (line) => lines.push(line),
    });
    const response = await post(gateway.url, body);
    expect(response.status).toBe(status);
    await response.text();
    await gateway.close(0);
    await receiver.close();
    const reported = [...lines, ...receiver.received.map(({ text }) => text)].join("\n");
    expect([lines.length > 0, receiver.received.length]).toEqual([true, 2]);
    expect(reported).not.toContain("canary-of-the");
  },
);

test.each([
  ["a wrong field", { ...chat, messages: [{ role: "user", content: { [prompt]: prompt } }] }],
  ["a wrong role", { ...chat, messages: [{ role: 5, content: prompt }] }],
  ["a body that is no JSON", `{"messages": [${prompt}`],
])("our own error about %s quotes nothing of it", async (_, body) => {
  const { config } = await load(
    'model_list: [{model_name: m, litellm_params: {model: "bedrock/converse/m", aws_region_name: us-east-1}}]',
  );
  if (!config) throw new Error("the config is wrong");
  const gateway = await createGateway({
    config,
    access: resolveAccess(config, { host: "127.0.0.1", env: {} }),
    port: 0,
    env: {},
    write: () => undefined,
  });
  const response = await post(gateway.url, body);
  expect(response.status).toBe(400);
  expect(await response.text()).not.toContain(prompt);
  await gateway.close(0);
});
