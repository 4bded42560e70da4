import {
  AccessDeniedException,
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LocalBedrock } from "../local-bedrock.ts";
import { missionRoutes } from "../mission/routes.ts";
import { key, startKeyedBedrock } from "./keyed-bedrock.ts";

let bedrock: LocalBedrock;
let client: BedrockRuntimeClient;
let plain: BedrockRuntimeClient;
beforeAll(async () => {
  bedrock = await startKeyedBedrock();
  client = connect(key);
  plain = connect(key, { requestHandler: new NodeHttpHandler() });
});
afterEach(() => bedrock.emulator.clearFaults());
afterAll(async () => {
  client.destroy();
  plain.destroy();
  await bedrock.close();
});

/**
 * AWS's own client: only the endpoint is the gateway's, and the Bedrock API key is the gateway's key. By itself it speaks
 * HTTP/2.
 */
function connect(token: string, more: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: `${bedrock.gateway.url}/bedrock`,
    region: "us-east-1",
    token: { token },
    authSchemePreference: ["httpBearerAuth"],
    maxAttempts: 1,
    ...more,
  });
}

const json = { contentType: "application/json", accept: "application/json" };
const imported = missionRoutes.filter(({ model }) => model.includes("imported-model"));
const rendered = "<|im_start|>user\nTell me about rivers<|im_end|>\n<|im_start|>assistant\n";
const messages = [{ role: "user" as const, content: [{ text: "Tell me about rivers" }] }];

/** The text of an answer in any of the shapes of an imported model. */
function textOf(answer: Record<string, unknown>): string {
  const { generation, text, choices } = answer as {
    generation?: string;
    text?: string;
    choices?: { text?: string; message?: { content: string }; delta?: { content?: string } }[];
  };
  const choice = choices?.[0];
  return generation ?? text ?? choice?.text ?? choice?.message?.content ?? choice?.delta?.content ?? "";
}

/** Both of AWS's protocols. */
const sides: readonly (readonly [string, () => BedrockRuntimeClient])[] = [
  ["HTTP/2", () => client],
  ["HTTP/1.1", () => plain],
];

describe.each(sides)("InvokeModel over %s, whole and streamed alike, by alias", (_, side) => {
  test.each(imported)("$alias", async ({ alias }) => {
    const chat = alias === "qwen-25vl-72b";
    const body = JSON.stringify(
      chat
        ? { messages: [{ role: "user", content: "Tell me about rivers" }], max_tokens: 60 }
        : { prompt: rendered, max_gen_len: 60 },
    );
    const whole = await side().send(new InvokeModelCommand({ modelId: alias, body, ...json }));
    const text = textOf(JSON.parse(whole.body.transformToString()) as Record<string, unknown>);
    expect(text).toMatch(/\w/);

    const streamed = await side().send(
      new InvokeModelWithResponseStreamCommand({ modelId: alias, body, ...json }),
    );
    let parts = "";
    for await (const event of streamed.body ?? [])
      parts += textOf(
        JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()) as Record<string, unknown>,
      );
    expect(parts).toBe(text);
  });
});

describe.each(sides)("Converse over %s, whole and streamed alike", (_, side) => {
  test.each(["kimi-k2", "kimi-k2-invoke", "moonshot.kimi-k2-thinking"])("%s", async (modelId) => {
    const whole = await side().send(new ConverseCommand({ modelId, messages }));
    const texts = (whole.output?.message?.content ?? []).map((block) => block.text ?? "");
    expect(whole.stopReason).toBe("end_turn");
    const streamed = await side().send(new ConverseStreamCommand({ modelId, messages }));
    let parts = "";
    for await (const event of streamed.stream ?? []) parts += event.contentBlockDelta?.delta?.text ?? "";
    expect(parts).toBe(texts.join(""));
  });
});

test("an ARN that the config names, and the headers that come back", async () => {
  const arn = "arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z";
  const body = JSON.stringify({ messages: [{ role: "user", content: "Hi" }] });
  const answer = await client.send(new InvokeModelCommand({ modelId: arn, body, ...json }));
  expect(answer.contentType).toBe("application/json");
  expect(answer.$metadata.requestId).toBe(bedrock.emulator.requests().at(-1)?.id);
});

test("what goes upstream is signed by the gateway, and holds nothing of the client's key", async () => {
  await client.send(new ConverseCommand({ modelId: "kimi-k2", messages }));
  const sent = bedrock.emulator.requests().at(-1);
  expect(sent).toMatchObject({ authentication: "signature", region: "us-west-2", operation: "Converse" });
  expect(JSON.stringify(sent)).not.toContain(key.slice(3, 12));
});

describe("failures", () => {
  const failure = (act: Promise<unknown>) =>
    act.then(
      () => undefined,
      (error: unknown) => error,
    );
  const converse = (by: BedrockRuntimeClient = client, modelId = "kimi-k2") =>
    failure(by.send(new ConverseCommand({ modelId, messages })));

  test("AWS's exceptions come through as they are", async () => {
    bedrock.emulator.addFault({ kind: "error", exception: "ThrottlingException", message: "slow down" });
    expect(await converse()).toMatchObject({ name: "ThrottlingException", message: "slow down" });
  });

  test("an exception in mid-stream too", async () => {
    bedrock.emulator.addFault({ kind: "stream-error", exception: "ModelStreamErrorException", after: 2 });
    const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId: "kimi-k2", messages }));
    const read = async () => {
      for await (const event of stream) expect(event).toBeTruthy();
    };
    expect(await failure(read())).toMatchObject({ name: "ModelStreamErrorException" });
  });

  test.each([
    ["a wrong key", () => connect("sk-wrong"), "kimi-k2", AccessDeniedException, /key/],
    ["an unknown model", () => client, "nobody", ResourceNotFoundException, /model/],
  ] as const)("%s is one of AWS's exceptions too, and says why", async (_, by, modelId, kind, said) => {
    const error = await converse(by(), modelId);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ message: expect.stringMatching(said) });
  });
});
