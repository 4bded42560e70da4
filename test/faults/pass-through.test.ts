import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LocalBedrock, startGateway, startLocalBedrock } from "../local-bedrock.ts";

const kimi = "model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2";
const config = `
model_list:
  - {model_name: kimi, litellm_params: {${kimi}}}
  - {model_name: hurried, litellm_params: {${kimi}, timeout: 0.2}}
  - {model_name: nowhere, litellm_params: {${kimi}, api_base: "http://127.0.0.1:1"}}
`;

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startLocalBedrock(config);
});
afterEach(() => bedrock.emulator.clearFaults());
afterAll(() => bedrock.close());

interface Outcome {
  readonly status: number | undefined;
  readonly text: string;
  /** Whether the answer came to its proper end. */
  readonly whole: boolean;
}

/** Calls Bedrock's own API at the gateway, and reads the answer to whatever end it has. */
function call(model: string, operation: string, url: string = bedrock.gateway.url): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const outgoing = request(`${url}/bedrock/model/${model}/${operation}`, { method: "POST" });
  outgoing.on("response", (response) => {
    let text = "";
    response.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
    response.on("error", () => undefined);
    response.on("close", () => resolve({ status: response.statusCode, text, whole: response.complete }));
  });
  outgoing.on("error", reject);
  outgoing.end(JSON.stringify({ messages: [{ role: "user", content: [{ text: "Hi" }] }] }));
  return promise;
}

test("without faults an answer is whole", async () => {
  expect(await call("kimi", "converse")).toMatchObject({ status: 200, whole: true });
  expect(await call("kimi", "converse-stream")).toMatchObject({ status: 200, whole: true });
});

describe("what breaks before the answer is a status of its own, in AWS's words and OpenAI's", () => {
  test.each([
    ["a connection that is reset", "kimi", "reset", 502, "connection_failed"],
    ["a host that isn't there", "nowhere", undefined, 502, "connection_failed"],
    ["silence", "hurried", "hang", 408, "timeout"],
  ] as const)("%s", async (_, model, kind, status, type) => {
    if (kind) bedrock.emulator.addFault({ kind });
    const outcome = await call(model, "converse-stream");
    expect(outcome).toMatchObject({ status, whole: true });
    expect(JSON.parse(outcome.text)).toMatchObject({
      __type: expect.stringMatching(/Exception$/),
      message: expect.stringMatching(/\w{3}/),
      error: { type, code: String(status) },
    });
  });
});

describe("what breaks in the middle breaks the answer to the client", () => {
  test.each([
    ["a connection that is reset", "kimi", "reset"],
    ["silence", "hurried", "hang"],
  ] as const)("%s", async (_, model, kind) => {
    bedrock.emulator.addFault({ kind, after: 3 });
    expect(await call(model, "converse-stream")).toMatchObject({ status: 200, whole: false });
  });
});

test("a refusal that repeats the request shows nobody its credentials", async () => {
  const mirror = createServer((incoming, response) =>
    response
      .writeHead(403)
      .end(JSON.stringify({ message: `Canonical: ${JSON.stringify(incoming.headers)}` })),
  ).listen(0, "127.0.0.1");
  await once(mirror, "listening");
  const { port } = mirror.address() as AddressInfo;
  const secrets =
    "aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: s3cret, aws_session_token: t0kenOfTheSession";
  const gateway = await startGateway(
    `model_list: [{model_name: m, litellm_params: {${kimi}, ${secrets}, api_base: "http://127.0.0.1:${port}"}}]`,
  );
  try {
    const { status, text, whole } = await call("m", "converse", gateway.url);
    expect({ status, whole }).toEqual({ status: 403, whole: true });
    expect(text).toContain("Canonical");
    expect(text).not.toMatch(/t0kenOfTheSession|Signature=/);
  } finally {
    await gateway.close(0);
    mirror.close();
  }
});
