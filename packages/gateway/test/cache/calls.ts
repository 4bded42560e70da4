import type { ChatEvent, ChatRequest } from "@outcrop/sdk";
import type { CachedCall } from "../../src/cache/response-cache.ts";
import type { ModelEntry } from "../../src/config/gateway-config.ts";
import type { RoutedAnswer } from "../../src/routing/router.ts";

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

export const entry: ModelEntry = {
  modelName: "qwen",
  id: "deployment-1",
  deployment: undefined,
  wildcard: undefined,
  unavailable: undefined,
  defaults: {},
  routing: {
    weight: undefined,
    order: undefined,
    rpm: undefined,
    tpm: undefined,
    maxParallelRequests: undefined,
    cooldownTime: undefined,
    tags: [],
    timeout: 600,
    streamTimeout: 600,
    numRetries: 2,
  },
  shaping: {
    dropParams: false,
    additionalDropParams: [],
    allowedOpenaiParams: [],
    modifyParams: false,
    mergeReasoningContent: false,
    mockResponse: undefined,
  },
  info: {},
  prices: {},
  position: { file: "", line: 0, column: 0 },
};

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
