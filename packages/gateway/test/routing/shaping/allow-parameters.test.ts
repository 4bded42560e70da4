import { type ChatCall, type JsonObject, createClient, parseDeployment } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { chatAllowing } from "../../../src/routing/shaping/allow-parameters.ts";
import { createRequest, failureOf } from "../rig.ts";

/** The SDK's own client in front of a Bedrock that answers everything; the llama route knows few parameters. */
async function send(
  body: JsonObject,
  options: { allowed: readonly string[]; dropParams?: boolean; unsupported?: readonly string[] },
) {
  const sent: JsonObject[] = [];
  const client = createClient({
    runtime: {
      env: () => ({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" }),
      send: async (request) => {
        sent.push(JSON.parse(Buffer.from(request.body ?? "").toString("utf8")) as JsonObject);
        const answer = {
          generation: "Hello",
          prompt_token_count: 3,
          generation_token_count: 1,
          stop_reason: "stop",
        };
        return {
          status: 200,
          headers: { "content-type": "application/json" },
          body: oneChunk(JSON.stringify(answer)),
        };
      },
    },
  });
  const call: ChatCall = {
    request: createRequest(body),
    deployment: parseDeployment({
      model: "bedrock/llama/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl",
      drop_params: options.dropParams,
    }),
    stream: false,
    unsupported: options.unsupported ?? [],
  };
  const { warnings } = await chatAllowing(client, call, options.allowed);
  const { prompt: _, max_gen_len: __, ...parameters } = sent[0] ?? {};
  return { calls: sent.length, parameters, warnings };
}

async function* oneChunk(text: string) {
  yield Buffer.from(text);
}

describe("allowed_openai_params", () => {
  test("without it, what the route does not know is refused", async () => {
    expect((await failureOf(send({ logit_bias: { a: 1 } }, { allowed: [] }))).code).toBe(
      "unsupported_parameter",
    );
  });

  const rows: readonly [string, JsonObject, readonly string[], JsonObject][] = [
    ["lets one through", { logit_bias: { a: 1 } }, ["logit_bias"], { logit_bias: { a: 1 } }],
    [
      "lets several through",
      { logit_bias: { a: 1 }, n: 3 },
      ["n", "logit_bias"],
      { logit_bias: { a: 1 }, n: 3 },
    ],
    [
      "changes nothing about what the route knows",
      { temperature: 0.5, n: 3 },
      ["temperature", "n"],
      { temperature: 0.5, n: 3 },
    ],
    ["means nothing where nothing is asked", {}, ["n"], {}],
  ];
  test.each(rows)("%s", async (_, body, allowed, expected) => {
    expect(await send(body, { allowed })).toEqual({ calls: 1, parameters: expected, warnings: [] });
  });

  test("lets nothing else through", async () => {
    const error = await failureOf(send({ n: 3, logit_bias: { a: 1 } }, { allowed: ["n"] }));
    expect([error.code, error.param]).toEqual(["unsupported_parameter", "logit_bias"]);
  });

  test("comes before dropping, and what is dropped is said", async () => {
    expect(await send({ n: 3, logit_bias: { a: 1 } }, { allowed: ["n"], dropParams: true })).toEqual({
      calls: 1,
      parameters: { n: 3 },
      warnings: ["logit_bias: dropped, because the route does not take it"],
    });
  });

  test("can't let through what was not kept, which is dropped or refused as ever", async () => {
    const unsupported = ["audio"];
    expect((await failureOf(send({}, { allowed: ["audio"], unsupported }))).param).toBe("audio");
    expect(await send({ n: 2 }, { allowed: ["audio", "n"], unsupported, dropParams: true })).toEqual({
      calls: 1,
      parameters: { n: 2 },
      warnings: ["audio: dropped, because the route does not take it"],
    });
  });
});
