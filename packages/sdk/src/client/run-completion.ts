import { randomUUID } from "node:crypto";
import { createCompletionFold } from "../core/completion.ts";
import { OutcropError } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { parseChatRequest } from "../openai/parse-chat-request.ts";
import { type AnswerIdentity, toChatCompletion } from "../openai/to-chat-completion.ts";
import { createChunkEncoder } from "../openai/to-chunks.ts";
import type { ChatCompletion, ChatCompletionChunk } from "../openai/types.ts";
import type { ChatAnswer, ChatClient } from "./client.ts";
import {
  type CompletionFunction,
  type CompletionParams,
  type CompletionStream,
  createCompletionStream,
} from "./completion-params.ts";
import { isDeploymentSetting, parseDeployment } from "./deployment.ts";

/** The function that people call, over a client for each call and the settings that every call starts from. */
export function createCompletionFunction(
  clientOf: (params: CompletionParams) => ChatClient,
  defaults: Partial<CompletionParams> = {},
): CompletionFunction {
  function completion(params: CompletionParams & { stream: true }): CompletionStream;
  function completion(params: CompletionParams & { stream?: false | null }): Promise<ChatCompletion>;
  function completion(params: CompletionParams): CompletionStream | Promise<ChatCompletion>;
  function completion(given: CompletionParams): CompletionStream | Promise<ChatCompletion> {
    const params: CompletionParams = { ...defaults, ...given };
    const client = clientOf(params);
    return params.stream === true
      ? createCompletionStream(runCompletionStream(client, params))
      : runCompletion(client, params);
  }
  return completion;
}

/** A whole answer. */
async function runCompletion(client: ChatClient, params: CompletionParams): Promise<ChatCompletion> {
  const { answer, identity } = await start(client, params, false);
  const fold = createCompletionFold();
  for await (const events of answer.events) for (const event of events) fold.push(event);
  const completion = fold.result();
  if (!completion) throw new OutcropError("internal", "The answer had no end.");
  return toChatCompletion(completion, identity);
}

/** A streamed answer: resolves when AWS has accepted the call. */
async function runCompletionStream(
  client: ChatClient,
  params: CompletionParams,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const { answer, identity, includeUsage } = await start(client, params, true);
  return toChunks(answer, identity, includeUsage);
}

async function* toChunks(
  answer: ChatAnswer,
  identity: AnswerIdentity,
  includeUsage: boolean,
): AsyncGenerator<ChatCompletionChunk> {
  const encoder = createChunkEncoder({ identity, includeUsage });
  for await (const events of answer.events) for (const event of events) yield* encoder.push(event);
}

async function start(client: ChatClient, params: CompletionParams, stream: boolean) {
  const { request, includeUsage, unsupported } = parseChatRequest(bodyOf(params));
  const { signal, onColdStart, onRetry } = params;
  const deployment = parseDeployment({ ...params });
  const answer = await client.chat({
    request,
    deployment,
    stream,
    unsupported,
    signal,
    onColdStart,
    onRetry,
  });
  for (const warning of answer.warnings) params.onWarning?.(warning);
  return { answer, includeUsage, identity: createAnswerIdentity(params.model) };
}

/** A fresh id and time for an answer. */
export function createAnswerIdentity(model: string): AnswerIdentity {
  const id = `chatcmpl-${randomUUID().replaceAll("-", "")}`;
  return { id, created: Math.floor(Date.now() / 1000), model };
}

const hooks = new Set(["signal", "onWarning", "onColdStart", "onRetry", "fetch", "transport"]);

/** What of the parameters is OpenAI's body: all but our settings and hooks. */
function bodyOf(params: CompletionParams): JsonObject {
  const entries = Object.entries(params).filter(([name]) => !hooks.has(name) && !isDeploymentSetting(name));
  return Object.fromEntries(entries) as Record<string, JsonValue>;
}
