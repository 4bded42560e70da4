import { connect as connectHttp2 } from "node:http2";
import type { ClientHttp2Session } from "node:http2";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import type { EmulatorOptions } from "../src/index.ts";
import { arns, failureOf, invoke, kimi, startRig, stopRig } from "./rig.ts";
import type { Json, Rig } from "./rig.ts";

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function start(options: EmulatorOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  stops.push(() => stopRig(rig));
  return rig;
}

interface Answer {
  readonly status: number;
  readonly error: string | null;
  readonly body: Json;
}

/** Sends a request with the long-term key. */
async function send({ emulator }: Rig, path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(emulator.url + path, {
    method: "POST",
    ...init,
    headers: {
      authorization: `Bearer ${emulator.apiKey}`,
      "content-type": "application/json",
      ...init.headers,
    },
  });
  const text = await answer.text();
  return {
    status: answer.status,
    error: answer.headers.get("x-amzn-errortype"),
    body: text === "" ? undefined : JSON.parse(text),
  };
}

const modelPath = `/model/${encodeURIComponent(arns.llama)}`;
const unknown = {
  status: 404,
  body: { Output: { __type: "com.amazon.coral.service#UnknownOperationException" }, Version: "1.0" },
};

test.each<[what: string, path: string, method: string]>([
  ["a raw slash in the ARN", `/model/${arns.llama}/invoke`, "POST"],
  [
    "a raw slash with encoded colons",
    `/model/${encodeURIComponent(arns.llama).replace("%2F", "/")}/invoke`,
    "POST",
  ],
  ["an unknown operation", `${modelPath}/dream`, "POST"],
  ["another method", `${modelPath}/invoke`, "GET"],
  ["no operation", modelPath, "POST"],
  ["no model", "/model//invoke", "POST"],
  ["a slash at the end", `${modelPath}/invoke/`, "POST"],
  ["broken encoding", "/model/%E0%A4%A/invoke", "POST"],
  ["the root", "/", "GET"],
  ["something else", "/favicon.ico", "GET"],
])("%s is an unknown operation", async (_, path, method) => {
  const rig = await start();
  expect(await send(rig, path, { method })).toMatchObject(unknown);
  expect(rig.emulator.requests()[0]).toMatchObject({ path, status: 404, error: "UnknownOperationException" });
});

test.each<[what: string, path: string, body: string, error: string, text: string]>([
  ["no JSON", `${modelPath}/invoke`, "{", "ValidationException", "the body is not a JSON object"],
  ["no object", `${modelPath}/invoke`, "[1]", "ValidationException", "the body is not a JSON object"],
  ["nothing", `${modelPath}/invoke`, "", "ValidationException", "the body is not a JSON object"],
  [
    "a trailing comma",
    `${modelPath}/invoke`,
    '{"prompt":"a",}',
    "ValidationException",
    "the body is not a JSON object",
  ],
  [
    "no JSON, on Converse",
    `/model/${kimi}/converse`,
    "{",
    "SerializationException",
    "Could not parse the request body into JSON",
  ],
  ["no JSON, on the control plane", "/model-import-jobs", "{", "SerializationException", "Could not parse"],
  [
    "wrong shapes, on Converse",
    `/model/${kimi}/converse`,
    '{"messages": 5}',
    "ValidationException",
    "must start with a user message",
  ],
  [
    "a null among the messages",
    `/model/${kimi}/converse`,
    '{"messages": [null]}',
    "ValidationException",
    "messages.1.member.role",
  ],
  ["nothing to count", `/model/${kimi}/count-tokens`, "{}", "ValidationException", "The input field"],
  [
    "an ARN that is none",
    "/model/arn%3Aaws%3As3%3A%3A%3Abucket/invoke",
    '{"prompt":"a"}',
    "ValidationException",
    "The provided model identifier is invalid.",
  ],
  [
    "a name instead of an ARN",
    "/model/llama-3-1-8b-instruct/invoke",
    '{"prompt":"a"}',
    "ValidationException",
    "The provided model identifier is invalid.",
  ],
  [
    "an ARN of another region",
    `/model/${encodeURIComponent(arns.llama.replace("us-east-1", "eu-central-1"))}/invoke`,
    '{"prompt":"a"}',
    "ResourceNotFoundException",
    "could not be found",
  ],
])("%s: %s", async (_, path, body, error, text) => {
  const answer = await send(await start(), path, { ...(body !== "" && { body }) });
  expect([answer.error, answer.body.message]).toEqual([error, expect.stringContaining(text)]);
});

describe("content types", () => {
  test.each([
    ["application/json", 200],
    ["application/json; charset=utf-8", 200],
    ["Application/JSON", 200],
    ["text/plain", 400],
    ["application/octet-stream", 400],
    ["application/jsonp", 400],
  ])("%s: %d", async (type, status) => {
    const answer = await send(await start(), `${modelPath}/invoke`, {
      headers: { "content-type": type },
      body: '{"prompt":"a"}',
    });
    expect(answer.status).toBe(status);
  });

  test.each([
    ["application/json", 200],
    ["*/*", 200],
    ["text/html, application/*;q=0.9", 200],
    ["text/event-stream", 400],
  ])("an answer wanted as %s: %d", async (accept, status) => {
    const answer = await send(await start(), `${modelPath}/invoke`, {
      headers: { accept },
      body: '{"prompt":"a"}',
    });
    expect(answer.status).toBe(status);
  });

  test("AWS's client without one sends octets, which can be assumed to be taken", async () => {
    const command = new InvokeModelCommand({ modelId: arns.llama, body: '{"prompt":"a"}' });
    expect((await failureOf((await start()).runtime.send(command))).message).toContain(
      "Content Type is invalid",
    );
    const lenient = await start({ assumptions: { contentType: "lenient" } });
    expect((await lenient.runtime.send(command)).$metadata.httpStatusCode).toBe(200);
  });
});

test("a missing model can be assumed to be invalid instead of not found", async () => {
  const path = `/model/${encodeURIComponent(arns.llama.replace("llama", "xxxxx"))}/invoke`;
  const init = { body: '{"prompt":"a"}' };
  expect((await send(await start(), path, init)).status).toBe(404);
  expect(
    (await send(await start({ assumptions: { missingModel: "ValidationException" } }), path, init)).status,
  ).toBe(400);
});

describe("sizes", () => {
  test.each(["HTTP/1.1", "HTTP/2"])(
    "a body over the limit is refused, and the next request served (%s)",
    async (protocol) => {
      const rig = await start({ bodyLimit: 100_000 });
      const client = protocol === "HTTP/2" ? rig.runtime : rig.http1;
      const failure = await failureOf(invoke(client, arns.llama, { prompt: "a".repeat(200_000) }));
      // The refusal may arrive while the body is still on its way.
      if (failure.$metadata?.httpStatusCode !== undefined) expect(failure.$metadata.httpStatusCode).toBe(413);
      expect(await invoke(client, arns.llama, { prompt: "a" })).toHaveProperty("generation");
    },
  );

  test("a huge body within the limit is served", async () => {
    const rig = await start();
    const answer = await invoke(rig.runtime, arns.llama, { prompt: "word ".repeat(80_000) });
    expect(answer.prompt_token_count).toBeGreaterThan(80_000);
    const { message } = await failureOf(
      invoke(rig.runtime, arns.llama, { prompt: "word ".repeat(2_000_000) }),
    );
    expect(message).toContain("maximum context length");
  });

  test("absurdly deep JSON takes nothing down", async () => {
    const rig = await start();
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const bodies = [
      `{"prompt":"a","response_format":{"type":"json_schema","json_schema":{"enum":${deep}}}}`,
      `{"messages":${deep}}`,
      `{"messages":[{"role":"user","content":"weather"}],"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"const":${deep}}}}]}`,
    ];
    for (const body of bodies)
      expect((await send(rig, `${modelPath}/invoke`, { body })).status).toBeGreaterThanOrEqual(200);
    expect(await invoke(rig.runtime, arns.llama, { prompt: "a" })).toHaveProperty("generation");
    expect((await fetch(`${rig.emulator.url}/_outcrop/requests`)).status).toBeLessThan(600);
    expect(rig.emulator.requests()).toHaveLength(4);
  });

  test("the log of requests keeps the last thousand", async () => {
    const rig = await start();
    for (let round = 0; round < 11; round++) {
      await Promise.all(Array.from({ length: 100 }, () => send(rig, `/model/x${round}/invoke`)));
    }
    const requests = rig.emulator.requests();
    expect(requests).toHaveLength(1000);
    expect(requests[0]?.modelId).toBe("x1");
  });
});

/** A raw connection, and what it received. */
function open({ emulator }: Rig): { socket: Socket; closed: Promise<string> } {
  const socket = connect({ port: emulator.port, host: "127.0.0.1", allowHalfOpen: true });
  let received = "";
  socket.on("data", (bytes) => (received += bytes.toString("latin1")));
  const closed = new Promise<string>((resolve) => {
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
    socket.on("end", () => socket.end());
  });
  stops.push(() => void socket.destroy());
  return { socket, closed };
}

describe("sockets", () => {
  test.each([
    ["garbage", "\u0016\u0003\u0001 nonsense\r\n\r\n", "400 Bad Request"],
    ["half of an HTTP/2 preface", "PRI * HTTP/1.1\r\n\r\n", ""],
    ["an HTTP/2 preface and garbage", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense nonsense nonsense", ""],
  ])("%s closes the connection and nothing else", async (_, text, answer) => {
    const rig = await start({ stall: 500 });
    const { socket, closed } = open(rig);
    socket.write(text, "latin1");
    expect(await closed).toContain(answer);
    expect(await invoke(rig.runtime, arns.llama, { prompt: "a" })).toHaveProperty("generation");
  });

  test("an HTTP/2 preface may come byte by byte", async () => {
    const rig = await start();
    const session: ClientHttp2Session = connectHttp2(rig.emulator.url, {
      createConnection: () => {
        const socket = connect({ port: rig.emulator.port, host: "127.0.0.1", noDelay: true });
        const write = socket.write.bind(socket);
        let slow = true;
        // The first bytes one at a time, the rest as they come.
        socket.write = (chunk: Buffer, ...rest: []) => {
          if (!slow || !Buffer.isBuffer(chunk)) return write(chunk, ...rest);
          slow = false;
          for (const byte of chunk) write(Buffer.of(byte));
          return true;
        };
        return socket;
      },
    });
    stops.push(() => session.destroy());
    const stream = session.request({ ":method": "GET", ":path": "/_outcrop/health" });
    let body = "";
    for await (const chunk of stream) body += String(chunk);
    expect(JSON.parse(body)).toEqual({ status: "ok" });
  });

  test.each([
    ["says nothing", ""],
    ["says a bit of a method", "PO"],
    [
      "sends half of its body",
      `POST ${modelPath}/invoke HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"prompt"`,
    ],
  ])("a client that %s is cut off after the stall limit", async (_, text) => {
    const rig = await start({ stall: 200 });
    const { socket, closed } = open(rig);
    socket.write(text);
    await closed;
  });

  test("a client that has said all and closed its side still gets its answer", async () => {
    const rig = await start();
    const { socket, closed } = open(rig);
    const body = '{"prompt":"a","max_gen_len":5}';
    socket.end(
      `POST ${modelPath}/invoke HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${rig.emulator.apiKey}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(await closed).toContain('"generation"');
  });

  test("several requests may be sent before the first answer", async () => {
    const rig = await start();
    const { socket, closed } = open(rig);
    const request = (last: boolean): string =>
      `GET /_outcrop/health HTTP/1.1\r\nHost: x\r\n${last ? "Connection: close\r\n" : ""}\r\n`;
    socket.write(request(false) + request(false) + request(true));
    expect((await closed).match(/"status": "ok"/g)).toHaveLength(3);
  });

  test("close ends every connection at once", async () => {
    const rig = await startRig({ coldStart: "1h" });
    const held = failureOf(invoke(rig.runtime, arns.llama, { prompt: "a" }));
    const idle = open(rig);
    while (rig.emulator.requests().length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await rig.emulator.close();
    await held;
    await idle.closed;
  });

  test("a port that is taken is an error", async () => {
    const rig = await start();
    await expect(startRig({ port: rig.emulator.port })).rejects.toThrow("EADDRINUSE");
  });
});

describe("a client that never reads", () => {
  /** Asks for an endless answer and reads none of it; tells how much was generated. */
  const long = { prompt: "Tell me of the sea in 20000 words", max_gen_len: 100_000 };

  test.each(["HTTP/1.1", "HTTP/2"])("stops the generation (%s)", async (protocol) => {
    const rig = await start();
    const source = { taken: 0 };
    // An endless upstream tells how much is taken from it.
    const endless = await start({
      upstream: {
        url: "http://upstream",
        model: "m",
        fetch: async () =>
          new Response(
            new ReadableStream({
              pull: async (controller) => {
                source.taken++;
                await new Promise(setImmediate);
                controller.enqueue(Buffer.from(`data: {"choices":[{"text":"${"x".repeat(1000)}"}]}\n\n`));
              },
            }),
          ),
      },
    });
    const path = `${modelPath}/invoke-with-response-stream`;
    const body = JSON.stringify({ prompt: "x", max_gen_len: 100_000 });
    const headers = {
      authorization: `Bearer ${endless.emulator.apiKey}`,
      "content-type": "application/json",
    };
    if (protocol === "HTTP/2") {
      const session = connectHttp2(endless.emulator.url);
      stops.push(() => session.destroy());
      session.request({ ":method": "POST", ":path": path, ...headers }).end(body);
    } else {
      const { socket } = open(endless);
      socket.pause();
      const lines = Object.entries({ host: "x", ...headers, "content-length": body.length }).map(
        ([name, value]) => `${name}: ${value}`,
      );
      socket.write(`POST ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
    }
    let before = -1;
    while (source.taken === 0 || source.taken !== before) {
      before = source.taken;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // A few megabytes at most, whatever the buffers of sockets are: the source is endless.
    expect(source.taken).toBeLessThan(20_000);
    expect(await invoke(rig.runtime, arns.llama, { ...long, max_gen_len: 5 })).toHaveProperty("generation");
  });

  test("is cut off after the stall limit", async () => {
    const rig = await start({ stall: 300, tokensPerSecond: 1_000_000 });
    const { socket, closed } = open(rig);
    socket.pause();
    const body = JSON.stringify(long);
    const request = `POST ${modelPath}/invoke-with-response-stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${rig.emulator.apiKey}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    socket.write(request);
    while (rig.emulator.requests()[0]?.outcome === undefined)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(rig.emulator.requests()[0]?.outcome).toBe("cancelled");
    socket.resume();
    await closed;
  });
});
