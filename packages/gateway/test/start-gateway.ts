import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@outcrop/sdk";
import { resolveAccess } from "../src/config/access.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { type Gateway, createGateway } from "../src/gateway.ts";

type Runtime = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["runtime"]>;
export type Send = NonNullable<Runtime["send"]>;
export type SentRequest = Parameters<Send>[0];

const oneModel = `
model_list:
  - model_name: m
    litellm_params:
      model: bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456
      num_retries: 0
`;

/** A gateway on a free port, in front of a Bedrock that is a function. */
export async function startGateway(send: Send, config: string = oneModel): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), "outcrop-test-"));
  try {
    const path = join(folder, "config.yaml");
    await writeFile(path, config);
    const loaded = await loadConfig(path, { env: {} });
    if (!loaded.config) throw new Error(JSON.stringify(loaded.findings));
    const env = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
    const client = createClient({ runtime: { send, env: () => env } });
    const access = resolveAccess(loaded.config, { host: "127.0.0.1", env: {} });
    return await createGateway({
      config: loaded.config,
      access,
      port: 0,
      client,
      env: {},
      write: () => undefined,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A whole answer of the fake Bedrock. */
export function jsonAnswer(json: object, status = 200, headers: Readonly<Record<string, string>> = {}) {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: (async function* () {
      yield Buffer.from(JSON.stringify(json));
    })(),
  };
}

/** A streamed answer as server-sent events, which need no frames; each piece is a network read. */
export function sseAnswer(reads: AsyncIterable<string>) {
  return {
    status: 200,
    headers: { "content-type": "text/event-stream" },
    body: (async function* () {
      for await (const read of reads) yield Buffer.from(read);
    })(),
  };
}

/** One chunk of OpenAI's, as a server-sent event. */
export function sseChunk(content: string, finishReason: string | null = null): string {
  return `data: ${JSON.stringify({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { content }, finish_reason: finishReason }] })}\n\n`;
}

/** Posts a chat request. */
export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = {
    "content-type": "application/json",
    ...(init.headers as Record<string, string> | undefined),
  };
  return fetch(`${url}/v1/chat/completions`, { ...init, method: "POST", body: text, headers });
}
