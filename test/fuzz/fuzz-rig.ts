import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@outcrop/sdk";
import { resolveAccess } from "../../packages/gateway/src/config/access.ts";
import { loadConfig } from "../../packages/gateway/src/config/load-config.ts";
import { type Gateway, createGateway } from "../../packages/gateway/src/gateway.ts";

/** A gateway whose Bedrock answers everything at once, so that every failure is the request's or the gateway's. */
export interface FuzzRig {
  readonly gateway: Gateway;
  readonly port: number;
  /** What was logged since it was last asked for. */
  takeLog(): readonly string[];
  close(): Promise<void>;
}

export const key = "sk-fuzz-3b1f5a7c9d2e4f6a8b0c1d3e5f7a9b1c";

const config = `
model_list:
  - {model_name: chat, litellm_params: {model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456"}}
  - {model_name: prompt, litellm_params: {model: "bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123457"}}
  - {model_name: converse, litellm_params: {model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2}}
litellm_settings: {callbacks: [prometheus], num_retries: 0}
router_settings: {num_retries: 0, disable_cooldowns: true}
general_settings: {master_key: ${key}, max_request_size_mb: 1}
`;

/** What the Bedrock of these tests answers. */
export interface BedrockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function rightAnswer(path: string): BedrockAnswer {
  const body = Buffer.from(JSON.stringify(jsonOf(path)));
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

/** In the shape that each operation has. */
function jsonOf(path: string): object {
  if (path.endsWith("/converse") || path.endsWith("/converse-stream"))
    return {
      output: { message: { role: "assistant", content: [{ text: "Yes." }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    };
  if (path.includes("abcdef123457")) return { generation: "Yes.", stop_reason: "stop" };
  return {
    choices: [{ index: 0, message: { role: "assistant", content: "Yes." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

export async function startFuzzRig(answer: (path: string) => BedrockAnswer = rightAnswer): Promise<FuzzRig> {
  const folder = await mkdtemp(join(tmpdir(), "outcrop-fuzz-"));
  const file = join(folder, "config.yaml");
  await writeFile(file, config);
  const loaded = await loadConfig(file, { env: {} });
  await rm(folder, { recursive: true });
  if (!loaded.config) throw new Error(JSON.stringify(loaded.findings));
  const env = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
  const client = createClient({
    runtime: {
      env: () => env,
      send: async ({ path }) => {
        const { status, headers, body } = answer(path);
        return { status, headers, body: once(body) };
      },
    },
  });
  const log: string[] = [];
  const gateway = await createGateway({
    config: loaded.config,
    access: resolveAccess(loaded.config, { host: "127.0.0.1", env: {} }),
    port: 0,
    client,
    env: {},
    write: (line) => void log.push(line),
  });
  return {
    gateway,
    port: Number(new URL(gateway.url).port),
    takeLog: () => log.splice(0),
    close: () => gateway.close(0),
  };
}
