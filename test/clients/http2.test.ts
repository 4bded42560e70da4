import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { once } from "node:events";
import { createConnection } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LocalBedrock, startGateway } from "../local-bedrock.ts";
import { key, startKeyedBedrock } from "./keyed-bedrock.ts";

let bedrock: LocalBedrock;
let session: ClientHttp2Session;
beforeAll(async () => {
  bedrock = await startKeyedBedrock();
  session = connect(bedrock.gateway.url);
});
afterEach(() => {
  bedrock.emulator.clearFaults();
  bedrock.emulator.reset();
});
afterAll(async () => {
  session.close();
  await bedrock.close();
});

interface Answer {
  readonly status: unknown;
  readonly type: unknown;
  readonly text: string;
}

function send(path: string, body?: object | Buffer, by: string = key, over = session): ClientHttp2Stream {
  const method = body === undefined ? "GET" : "POST";
  const stream = over.request({ ":method": method, ":path": path, authorization: `Bearer ${by}` });
  stream.end(body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  return stream;
}

async function read(stream: ClientHttp2Stream): Promise<Answer> {
  let text = "";
  stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
  await once(stream, "end");
  return { status: headers[":status"], type: headers["content-type"], text };
}

const chat = { model: "qwen-25vl-72b", messages: [{ role: "user", content: "Tell me about rivers" }] };

describe("HTTP/2 in cleartext", () => {
  test("whole, streamed, and many at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        read(send("/v1/chat/completions", { ...chat, stream: index % 2 === 0 })),
      ),
    );
    for (const [index, { status, type, text }] of answers.entries()) {
      expect(status).toBe(200);
      expect(type).toMatch(index % 2 === 0 ? /event-stream/ : /json/);
      if (index % 2 === 0) expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
    }
  });

  test.each<[string, () => ClientHttp2Stream, number]>([
    ["a wrong key", () => send("/v1/models", undefined, "sk-wrong"), 401],
    ["an unknown path", () => send("/v1/embeddings", {}), 404],
    ["a wrong method", () => send("/v1/models", {}), 405],
    ["a wrong body", () => send("/v1/chat/completions", Buffer.from("{")), 400],
    ["a large body", () => send("/v1/chat/completions", Buffer.alloc(70 * 1024 * 1024, 32)), 413],
  ])("%s has its envelope", async (_, act, status) => {
    const stream = act().on("error", () => undefined);
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    const [bytes] = (await once(stream, "data")) as [Buffer];
    stream.close();
    expect(headers[":status"]).toBe(status);
    expect(JSON.parse(bytes.toString())).toMatchObject({ error: { code: String(status) } });
  });

  test.each([false, true])("a client that leaves takes the call along (streamed: %s)", async (stream) => {
    bedrock.emulator.addFault(stream ? { kind: "hang", after: 4 } : { kind: "hang" });
    const left = send("/v1/chat/completions", { ...chat, stream }).on("error", () => undefined);
    if (stream) await once(left, "data");
    else await expect.poll(() => bedrock.emulator.requests().length).toBe(1);
    left.close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => bedrock.emulator.requests().at(-1)?.outcome).toBe("cancelled");
  });

  test("an answer that breaks off is seen to", async () => {
    bedrock.emulator.addFault({ kind: "reset", after: 2 });
    const stream = send("/bedrock/model/kimi-k2/converse-stream", {
      messages: [{ role: "user", content: [{ text: "Hi" }] }],
    });
    stream.resume();
    const [error] = (await once(stream, "error")) as [Error];
    expect(error.message).toContain("NGHTTP2_INTERNAL_ERROR");
  });

  test("a gateway that ends lets the stream end, and waits for no idle session", async () => {
    const gateway = await startGateway(
      "model_list: [{model_name: m, litellm_params: {model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2}}]",
    );
    const idle = connect(gateway.url);
    await once(idle, "connect");
    const silent = createConnection(Number(new URL(gateway.url).port), "127.0.0.1");
    await once(silent, "connect");
    const busy = connect(gateway.url);
    bedrock.emulator.addFault({ kind: "hang", after: 8, delay: 3_600_000 });
    const stream = send("/v1/chat/completions", { ...chat, model: "m", stream: true }, "", busy);
    const answer = read(stream);
    await once(stream, "data");
    const closed = gateway.close(60_000);
    await once(idle, "close");
    bedrock.emulator.advance("1h");
    expect((await answer).text.trimEnd().endsWith("data: [DONE]")).toBe(true);
    await closed;
    silent.destroy();
  });
});
