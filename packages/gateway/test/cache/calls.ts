import type { ChatEvent, ChatRequest } from "@outcrop/sdk";
import type { CachedCall } from "../../src/cache/response-cache.ts";
import type { ModelEntry } from "../../src/config/gateway-config.ts";
import type { RoutedAnswer } from "../../src/routing/router.ts";
import { loadText } from "../telemetry/load-text.ts";

type Batch = readonly ChatEvent[];

/** A small chat; each test says what is different. */
export function request(own: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [{ role: "user", content: "Say hello." }],
    tools: [],
    parameters: { temperature: 0.5, maxTokens: 64 },
    chatTemplateKwargs: {},
    extra: {},
    ...own,
  };
}

export function call(own: Partial<CachedCall> = {}): CachedCall {
  return {
    dialect: "openai-chat",
    model: "qwen",
    request: request(),
    unsupported: [],
    options: {},
    controls: {},
    ...own,
  };
}

/** A streamed answer of several batches. */
export const hello: readonly Batch[] = [
  [{ type: "reasoning-delta", choice: 0, text: "They " }],
  [
    { type: "reasoning-delta", choice: 0, text: "greet." },
    { type: "text-delta", choice: 0, text: "Hel" },
  ],
  [{ type: "text-delta", choice: 0, text: "lo" }],
  [{ type: "finish", reasons: ["stop"], usage: { promptTokens: 3, completionTokens: 2 } }],
];

const { models } = await loadText(`
model_list:
  - model_name: qwen
    litellm_params: { model: bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl }
`);

/** The deployment that gives the answers below. */
export const entry: ModelEntry = models[0] ?? fail();

function fail(): never {
  throw new Error("a config of one model has one entry");
}

/** What the router gives; `error` is thrown after the last batch. */
export function answer(
  batches: readonly Batch[] = hello,
  own: Partial<RoutedAnswer> & { error?: Error } = {},
): RoutedAnswer {
  const { error, ...fields } = own;
  return {
    events: play(batches, error),
    entry,
    modelGroup: "qwen",
    region: "us-east-1",
    requestId: "aws-1",
    warnings: ["seed: dropped"],
    attemptedRetries: 1,
    attemptedFallbacks: 0,
    ...fields,
  };
}

async function* play(batches: readonly Batch[], error: Error | undefined): AsyncGenerator<Batch> {
  for (const batch of batches) {
    await Promise.resolve();
    yield batch;
  }
  if (error) throw error;
}

export async function read(events: AsyncIterable<Batch>): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of events) batches.push(batch);
  return batches;
}
