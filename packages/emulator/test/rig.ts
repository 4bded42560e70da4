import { BedrockClient } from "@aws-sdk/client-bedrock";
import {
  BedrockRuntimeClient,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createEmulator } from "../src/index.ts";
import type { Emulator, EmulatorOptions } from "../src/index.ts";

/** An emulator and AWS's own clients, with nothing but the endpoint overridden. */
export interface Rig {
  readonly emulator: Emulator;
  /** HTTP/2, the default of AWS's runtime client. */
  readonly runtime: BedrockRuntimeClient;
  readonly http1: BedrockRuntimeClient;
  readonly control: BedrockClient;
}

export async function startRig(options: EmulatorOptions = {}, region = "us-east-1"): Promise<Rig> {
  const emulator = await createEmulator(options);
  const settings = { endpoint: emulator.url, region, credentials: emulator.credentials, maxAttempts: 1 };
  return {
    emulator,
    runtime: new BedrockRuntimeClient(settings),
    http1: new BedrockRuntimeClient({ ...settings, requestHandler: new NodeHttpHandler() }),
    control: new BedrockClient(settings),
  };
}

export async function stopRig({ emulator, runtime, http1, control }: Rig): Promise<void> {
  for (const client of [runtime, http1, control]) client.destroy();
  await emulator.close();
}

/** One rig for a file; what was added is forgotten before each test. */
export function useRig(options: EmulatorOptions = {}, region?: string): () => Rig {
  let rig: Rig | undefined;
  const get = (): Rig => {
    if (rig === undefined) throw new Error("the rig is not up");
    return rig;
  };
  beforeAll(async () => {
    rig = await startRig(options, region);
  });
  beforeEach(() => get().emulator.reset());
  afterAll(async () => stopRig(get()));
  return get;
}

const builtIn = "arn:aws:bedrock:us-east-1:123456789012:imported-model";
const mission = "arn:aws:bedrock:us-east-1:086734376398:imported-model";

/** ARNs of the built-in models. */
export const arns = {
  llama: `${builtIn}/llama0000000`,
  mllama: `${builtIn}/mllama000000`,
  mistral: `${builtIn}/mistral00000`,
  mixtral: `${builtIn}/mixtral00000`,
  qwen2: `${builtIn}/qwen20000000`,
  qwen2Vision: `${builtIn}/qwen2vl00000`,
  qwen25Vision: `${builtIn}/qwen25vl0000`,
  qwen3: `${builtIn}/qwen30000000`,
  gptOss: `${builtIn}/gptoss000000`,
  gptBigCode: `${builtIn}/gptbigcode00`,
  t5: `${builtIn}/t50000000000`,
  deepseek: `${mission}/r4c4kewx2s0n`,
  missionQwen3: `${mission}/your-qwen3-model`,
  missionQwen2: `${mission}/your-qwen2-model`,
  missionVision: "arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
} as const;

export const kimi = "moonshot.kimi-k2-thinking";

// Answers are read as what a test expects them to be; the expectation is the check.
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

/** InvokeModel: the parsed body. */
export async function invoke(client: BedrockRuntimeClient, modelId: string, body: unknown): Promise<Json> {
  const output = await client.send(
    new InvokeModelCommand({ modelId, contentType: "application/json", body: JSON.stringify(body) }),
  );
  return JSON.parse(Buffer.from(output.body).toString());
}

/** InvokeModelWithResponseStream: the parsed chunks. */
export async function invokeStream(
  client: BedrockRuntimeClient,
  modelId: string,
  body: unknown,
): Promise<Json[]> {
  const output = await client.send(
    new InvokeModelWithResponseStreamCommand({
      modelId,
      contentType: "application/json",
      body: JSON.stringify(body),
    }),
  );
  const chunks: Json[] = [];
  for await (const event of output.body ?? [])
    chunks.push(JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()));
  return chunks;
}

export async function gather(stream: AsyncIterable<ConverseStreamOutput> | undefined): Promise<Json[]> {
  const events: Json[] = [];
  for await (const event of stream ?? []) events.push(event);
  return events;
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Json> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

export const weatherTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Get the current weather in a location",
    parameters: {
      type: "object",
      properties: { location: { type: "string", description: "The city name" } },
      required: ["location"],
    },
  },
} as const;

/** A PNG of one pixel. */
export const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
