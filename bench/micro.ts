/** Prints µs for the small things that a call is made of, and what a library takes for the same. Read the ratios: machines differ. */
import { type Hash, type Hmac, createHash, createHmac } from "node:crypto";
import { Cancellation, parseChatRequest, setAlarm } from "@outcrop/sdk";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { SignatureV4 } from "@smithy/signature-v4";
import { openaiChat } from "../packages/gateway/src/dialects/openai-chat.ts";
import { createFrameDecoder } from "../packages/sdk/src/bedrock/event-stream.ts";
import { createSigner } from "../packages/sdk/src/bedrock/sigv4.ts";
import { findTemplate, resolveTemplate, templateNames } from "../packages/sdk/src/templates/template-list.ts";

const rounds = 5;

function ignore(): void {}

/** node:crypto behind AWS's interface of a hash. */
class NodeHash {
  readonly #start: () => Hash | Hmac;
  #hash: Hash | Hmac;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    const bytes = typeof key === "string" || key === undefined ? key : bytesOf(key);
    this.#start = () => (bytes === undefined ? createHash("sha256") : createHmac("sha256", bytes));
    this.#hash = this.#start();
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === "string" ? data : bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    this.#hash = this.#start();
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** The best of some rounds, in µs a call: what is left when the machine is not busy with something else. */
async function measure(calls: number, run: () => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const started = process.hrtime.bigint();
    for (let call = 0; call < calls; call++) {
      const result = run();
      if (result instanceof Promise) await result;
    }
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1000 / calls);
  }
  return best;
}

function row(name: string, ours: number, library?: { name: string; us: number }): void {
  const beside = library
    ? `${library.us.toFixed(2).padStart(9)}  ${(library.us / ours).toFixed(1).padStart(5)}x  ${library.name}`
    : "";
  console.log(`${name.padEnd(34)} ${ours.toFixed(2).padStart(8)} ${beside}`);
}

console.log(`${"µs a call".padEnd(34)} ${"ours".padStart(8)} ${"library".padStart(9)}`);

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);
const chunk = JSON.stringify({
  generation: " word",
  prompt_token_count: null,
  generation_token_count: 7,
  stop_reason: null,
});
const frame = Buffer.from(
  codec.encode({
    headers: {
      ":event-type": { type: "string", value: "chunk" },
      ":content-type": { type: "string", value: "application/json" },
      ":message-type": { type: "string", value: "event" },
    },
    body: Buffer.from(
      JSON.stringify({ bytes: Buffer.from(chunk).toString("base64"), p: "abcdefghijklmnopqrstuvwxyz" }),
    ),
  }),
);
const decoder = createFrameDecoder();
row(
  `frame of ${frame.length} bytes decoded`,
  (await measure(2000, () => {
    for (let index = 0; index < 10; index++) decoder.push(frame, []);
  })) / 10,
  { name: "@smithy/eventstream-codec", us: await measure(20_000, () => codec.decode(frame)) },
);

row(
  "listener on a signal, added and taken away",
  await measure(20_000, () => {
    const cancellation = new Cancellation();
    cancellation.addEventListener("abort", ignore);
    cancellation.removeEventListener("abort", ignore);
  }),
  {
    name: "AbortController",
    us: await measure(20_000, () => {
      const { signal } = new AbortController();
      signal.addEventListener("abort", ignore, { once: true });
      signal.removeEventListener("abort", ignore);
    }),
  },
);
row("deadline of ten minutes, set and called off", await measure(20_000, () => setAlarm(600_000, ignore)()), {
  name: "setTimeout",
  us: await measure(20_000, () => clearTimeout(setTimeout(ignore, 600_000))),
});

const { request } = parseChatRequest({
  messages: [
    { role: "system", content: "You are a helpful assistant." },
    ...Array.from({ length: 7 }, (_, index) => ({
      role: index % 2 === 0 ? "user" : "assistant",
      content: `Turn ${index}: ${"some words of talk ".repeat(12)}`,
    })),
  ],
});

const call = openaiChat.parse({ model: "m", messages: [{ role: "user", content: "hi" }], stream: true });
const encoder = call.createStreamEncoder({ id: "0".repeat(32), created: 1, model: "m" });
row(
  "SSE event written",
  (await measure(2000, () => {
    for (let index = 0; index < 10; index++) encoder.push({ type: "text-delta", choice: 0, text: " word" });
  })) / 10,
);

const chatml =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}{{ '<|im_start|>assistant\\n' }}";
const jinja = resolveTemplate(chatml);
for (const name of templateNames) {
  const template = findTemplate(name);
  if (!template) continue;
  const ours = await measure(3000, () => template.render(request, { addBosToken: true }));
  const library =
    name === "chatml"
      ? {
          name: "@huggingface/jinja",
          us: await measure(300, () => jinja.render(request, { addBosToken: true })),
        }
      : undefined;
  row(`prompt of 8 messages, ${name}`, ours, library);
}

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const path = "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aimported-model%2Fabcdef123456/invoke";
const host = "bedrock-runtime.us-east-1.amazonaws.com";
const headers = { "content-type": "application/json", accept: "application/json" };
const sign = createSigner();

const smithy = new SignatureV4({
  service: "bedrock",
  region: "us-east-1",
  credentials: keys,
  sha256: NodeHash,
});
for (const size of [2_000, 200_000]) {
  const body = Buffer.from(JSON.stringify({ prompt: "x".repeat(size), max_gen_len: 10 }));
  const ours = await measure(size > 10_000 ? 500 : 5000, () =>
    sign({ method: "POST", host, path, headers, body }, { keys, region: "us-east-1", date: new Date() }),
  );
  const us = await measure(size > 10_000 ? 300 : 2000, () =>
    smithy.sign({
      method: "POST",
      protocol: "https:",
      hostname: host,
      path,
      query: {},
      headers: { ...headers, host },
      body,
    }),
  );
  row(`request of ${size / 1000} KB signed`, ours, { name: "@smithy/signature-v4", us });
}
