import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Gateway } from "../src/gateway.ts";
import { type Send, jsonAnswer, post, sseAnswer, sseChunk, startGateway } from "./start-gateway.ts";

const hi = { model: "m", messages: [{ role: "user", content: "hi" }] };
const hello = {
  choices: [{ message: { content: "Hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 2 },
};
const answering: Send = async () => jsonAnswer(hello, 200, { "x-amzn-requestid": "aws-1" });
const key = "sk-0123456789abcdef0123456789abcdef";
const withKey = `
model_list: [{model_name: m, litellm_params: {model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc"}}]
general_settings: {master_key: ${key}}
`;

let gateway: Gateway | undefined;
afterEach(async () => {
  await gateway?.close(0);
  gateway = undefined;
});

async function start(send: Send = answering, config?: string): Promise<string> {
  gateway = await startGateway(send, config);
  return gateway.url;
}

async function errorOf(
  response: Response,
): Promise<{ message: string; type: string; param: string | null; code: string }> {
  return (
    (await response.json()) as {
      error: { message: string; type: string; param: string | null; code: string };
    }
  ).error;
}

describe("an answer", () => {
  test("whole: the alias, LiteLLM's headers, ours beside them", async () => {
    const response = await post(await start(), hi, { headers: { "x-litellm-call-id": "call-7" } });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      object: "chat.completion",
      model: "m",
      choices: [{ message: { content: "Hello" } }],
    });
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      "x-litellm-call-id": "call-7",
      "x-litellm-model-group": "m",
      "x-litellm-model-region": "us-east-1",
      "x-litellm-attempted-retries": "0",
      "x-litellm-attempted-fallbacks": "0",
      "x-amzn-requestid": "aws-1",
    });
    expect(headers).not.toHaveProperty("x-outcrop-warning");
    expect(Number(headers["x-litellm-overhead-duration-ms"])).toBeGreaterThanOrEqual(0);
  });

  test("every path of the chat API", async () => {
    const url = await start();
    for (const path of [
      "/chat/completions",
      "/v1/chat/completions/",
      "/engines/m/chat/completions",
      "/openai/deployments/m/chat/completions?api-version=1",
    ]) {
      const { model: _, ...withoutModel } = hi;
      const body = path.includes("/m/") ? withoutModel : hi;
      const response = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
      expect([path, response.status]).toEqual([path, 200]);
    }
  });

  test("where a call goes is the operator's alone", async () => {
    const sent: string[] = [];
    const url = await start(async (request) => {
      sent.push(request.origin + Buffer.from(request.body ?? []).toString());
      return jsonAnswer(hello);
    });
    const response = await post(url, {
      ...hi,
      api_base: "http://evil.example",
      aws_region_name: "eu-west-1",
      aws_role_name: "r",
      model_id: "x",
      custom_field: 1,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-outcrop-warning")).toMatch(
      /api_base: dropped.*aws_region_name: dropped.*aws_role_name: dropped/,
    );
    expect(sent[0]).toMatch(/^https:\/\/bedrock-runtime\.us-east-1\.amazonaws\.com/);
    expect(sent[0]).not.toMatch(/evil|aws_|model_id/);
    expect(sent[0]).toContain('"custom_field":1');
  });
});

describe("the gate", () => {
  test.each([
    [{}, 401],
    [{ authorization: "Bearer sk-wrong" }, 401],
    [{ authorization: key }, 401],
    [{ authorization: `Bearer ${key}` }, 200],
    [{ "x-api-key": key }, 200],
    [{ "api-key": key }, 200],
    [{ "x-litellm-api-key": key, authorization: "Bearer other" }, 200],
    [{ authorization: `Bearer ${"x".repeat(4000)}'"\u00e9;--` }, 401],
  ])("%j is %i", async (headers, status) => {
    const response = await post(await start(answering, withKey), hi, {
      headers: headers as unknown as Record<string, string>,
    });
    expect(response.status).toBe(status);
    if (status === 401) expect(await errorOf(response)).toMatchObject({ type: "auth_error", code: "401" });
  });

  test("stands before everything but the probes and the page", async () => {
    const url = await start(answering, withKey);
    const status = async (path: string) => (await fetch(url + path)).status;
    expect(
      await Promise.all(["/", "/health/liveliness", "/health/liveness", "/health/readiness"].map(status)),
    ).toEqual([200, 200, 200, 200]);
    const closed = [
      "/v1/models",
      "/models",
      "/model/info",
      "/health",
      "/openapi.json",
      "/nowhere",
      "/health/liveliness/..%2f..",
      "//health/liveliness",
    ];
    expect(await Promise.all(closed.map(status))).toEqual(closed.map(() => 401));
  });

  test("a Host header leads nowhere else", async () => {
    const url = new URL(await start(answering, withKey));
    const socket = connect(Number(url.port), url.hostname);
    socket.write("GET /v1/models HTTP/1.1\r\nHost: x/health/liveliness\r\nConnection: close\r\n\r\n");
    const [data] = (await once(socket, "data")) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 401/);
  });
});

describe("errors", () => {
  test.each<[string, unknown, number, Record<string, unknown>]>([
    [
      "no JSON",
      "{",
      400,
      { type: "invalid_request_error", message: expect.stringMatching(/line 1, column 2/) },
    ],
    ["no object", "[]", 400, { type: "invalid_request_error" }],
    ["no model", { messages: hi.messages }, 400, { param: "model" }],
    ["an unknown model", { ...hi, model: "n" }, 400, { message: expect.stringContaining("m") }],
    [
      "a wrong field",
      { ...hi, messages: [{ role: "user", content: 5 }] },
      400,
      { param: "messages[0].content" },
    ],
    ["a wrong timeout", { ...hi, timeout: "soon" }, 400, { param: "timeout" }],
  ])("%s", async (_, body, status, expected) => {
    const response = await post(await start(), body);
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({ code: String(status), ...expected });
  });

  test.each([
    ["ThrottlingException", 429, 429],
    ["ValidationException", 400, 400],
    ["AccessDeniedException", 403, 403],
    ["ServiceUnavailableException", 503, 503],
  ])("AWS's %s is %i", async (awsType, awsStatus, status) => {
    const url = await start(async () =>
      jsonAnswer({ message: "said" }, awsStatus, { "x-amzn-errortype": awsType, "x-amzn-requestid": "r1" }),
    );
    const response = await post(url, { ...hi, num_retries: 0 });
    expect(response.status).toBe(status);
    expect(response.headers.get("x-amzn-requestid")).toBe("r1");
    expect(await errorOf(response)).toMatchObject({ message: expect.stringContaining("said") });
  });

  test("paths and methods", async () => {
    const url = await start();
    const unknown = await fetch(`${url}/v1/embeddings`, { method: "POST" });
    expect(unknown.status).toBe(404);
    expect((await errorOf(unknown)).message).toContain("/v1/chat/completions");
    const wrong = await fetch(`${url}/v1/chat/completions`);
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("a body that is too large", async () => {
    const config = `
model_list: [{model_name: m, litellm_params: {model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc"}}]
general_settings: {max_request_size_mb: 1}
`;
    const response = await post(await start(answering, config), { ...hi, pad: "x".repeat(2 ** 20) });
    expect(response.status).toBe(413);
  });
});

describe("a stream", () => {
  /** Pieces that a test hands out one by one. */
  function hand() {
    const pieces: (string | Error | undefined)[] = [];
    let wake = () => undefined as void;
    const reads = (async function* () {
      for (;;) {
        while (pieces.length === 0) await new Promise<void>((resolve) => void (wake = resolve));
        const piece = pieces.shift();
        if (piece === undefined) return;
        if (piece instanceof Error) throw piece;
        yield piece;
      }
    })();
    const give = (piece: string | Error | undefined) => {
      pieces.push(piece);
      wake();
    };
    return { reads, give };
  }

  test("each event goes out as it comes, and [DONE] only at the end", async () => {
    const { reads, give } = hand();
    const url = await start(async () => sseAnswer(reads));
    give(sseChunk("one"));
    const response = await post(url, { ...hi, stream: true });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const body = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await body?.read())?.value ?? "";
    expect(text).toContain('"content":"one"');
    give(sseChunk("two", "stop"));
    give(undefined);
    for (let part = await body?.read(); part && !part.done; part = await body?.read()) text += part.value;
    expect(text).toContain('"content":"two"');
    expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
  });

  test("a failure before the first event is a proper status", async () => {
    const url = await start(async () =>
      jsonAnswer({ message: "busy" }, 429, { "x-amzn-errortype": "ThrottlingException" }),
    );
    const response = await post(url, { ...hi, stream: true, num_retries: 0 });
    expect([response.status, response.headers.get("content-type")]).toEqual([429, "application/json"]);
  });

  test("a failure after it is an error event, and no [DONE]", async () => {
    const { reads, give } = hand();
    const url = await start(async () => sseAnswer(reads));
    give(sseChunk("one"));
    const response = await post(url, { ...hi, stream: true });
    give(new Error("reset"));
    const text = await response.text();
    expect(text).toContain('"error":{');
    expect(text).not.toContain("[DONE]");
  });

  test("a stream that is cut is a failure too", async () => {
    const { reads, give } = hand();
    const url = await start(async () => sseAnswer(reads));
    give(sseChunk("one"));
    give(undefined);
    const text = await (await post(url, { ...hi, stream: true })).text();
    expect(text).toContain("stream_incomplete");
    expect(text).not.toContain("[DONE]");
  });

  test("when the client leaves, the upstream call ends", async () => {
    const { reads, give } = hand();
    const left = Promise.withResolvers<void>();
    const url = await start(async ({ signal }) => {
      signal?.addEventListener("abort", () => {
        left.resolve();
        give(undefined);
      });
      return sseAnswer(reads);
    });
    give(sseChunk("one"));
    const leaving = new AbortController();
    const response = await post(url, { ...hi, stream: true }, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await left.promise;
  });
});

describe("what there is", () => {
  test("models, one model, info, and a page", async () => {
    const url = await start();
    const json = async (path: string) => (await fetch(url + path)).json();
    expect(await json("/v1/models")).toMatchObject({
      object: "list",
      data: [{ id: "m", object: "model", owned_by: "openai" }],
    });
    expect(await json("/models/m")).toMatchObject({ id: "m" });
    expect((await fetch(`${url}/v1/models/n`)).status).toBe(404);
    expect(await json("/model/info")).toMatchObject({
      data: [{ model_name: "m", model_info: { mode: "chat" } }],
    });
    expect(await json("/utils/supported_openai_params?model=m")).toMatchObject({
      supported_openai_params: expect.arrayContaining(["temperature"]),
    });
    expect(await json("/openapi.json")).toMatchObject({
      openapi: "3.1.0",
      paths: { "/v1/chat/completions": { post: {} } },
    });
    expect(await (await fetch(url)).text()).toContain("/v1/chat/completions");
    const count = await fetch(`${url}/utils/token_counter`, {
      method: "POST",
      body: JSON.stringify({ model: "m", prompt: "hello world, again" }),
    });
    expect(await count.json()).toMatchObject({
      total_tokens: expect.any(Number),
      tokenizer_type: "estimate",
    });
  });

  test("health asks the control plane, and calls no model", async () => {
    const asked: string[] = [];
    const url = await start(async ({ method, path }) => {
      asked.push(`${method} ${decodeURIComponent(path)}`);
      return jsonAnswer({
        modelArchitecture: "qwen2_5_vl",
        instructSupported: true,
        customModelUnits: { customModelUnitsPerModelCopy: 8, customModelUnitsVersion: "1.0" },
      });
    });
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).toMatchObject({
      healthy_count: 1,
      unhealthy_count: 0,
      healthy_endpoints: [
        { model: "m", architecture: "qwen2_5_vl", custom_model_units: 8, warmth: "unknown" },
      ],
    });
    expect(asked).toEqual([
      "GET /imported-models/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456",
    ]);
  });

  test("background checks: health tells of the last round", async () => {
    const asked: string[] = [];
    const url = await start(
      async ({ path }) => {
        asked.push(path);
        return jsonAnswer({ modelArchitecture: "qwen2", instructSupported: true });
      },
      `
model_list: [{model_name: m, litellm_params: {model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc"}}]
general_settings: {background_health_checks: true, health_check_details: false}
`,
    );
    for (let time = 0; time < 3; time++) {
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
        healthy_endpoints: [{ model: "m" }],
      });
    }
    expect(asked).toHaveLength(1);
  });
});
