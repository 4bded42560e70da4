import type { ChatParameters, ChatRequest } from "../core/chat.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { parseMessages } from "./parse-messages.ts";
import { parseResponseFormat, parseToolChoice, parseTools } from "./parse-tools.ts";
import { booleanField, listOf, numberField, objectField, refuse, stringField, stringOf } from "./reader.ts";

/** A request of OpenAI's chat API, read. */
export interface ParsedChatRequest {
  readonly request: ChatRequest;
  readonly stream: boolean;
  /** `stream_options.include_usage` */
  readonly includeUsage: boolean;
  /** OpenAI parameters that no Bedrock wire has, present with a value that would change the answer. */
  readonly unsupported: readonly string[];
}

const penalty = numberField({ least: -2, most: 2 });
const maxTokens = numberField({ least: 1, whole: true });
const temperature = numberField({ least: 0, most: 2 });
const topP = numberField({ least: 0, most: 1 });
const topK = numberField({ least: -1, whole: true });
const seed = numberField({ least: Number.MIN_SAFE_INTEGER, whole: true });
const count = numberField({ least: 1, most: 128, whole: true });
const topLogprobs = numberField({ least: 0, most: 20, whole: true });

/** Known to OpenAI and read here, so not forwarded. */
const readFields = new Set([
  "model",
  "messages",
  "tools",
  "tool_choice",
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "top_k",
  "stop",
  "seed",
  "n",
  "logprobs",
  "top_logprobs",
  "frequency_penalty",
  "presence_penalty",
  "logit_bias",
  "response_format",
  "reasoning_effort",
  "chat_template_kwargs",
  "stream",
  "stream_options",
]);

/** Accepted and not sent: they steer OpenAI's own service, or say what is so anyway. */
const silentFields = new Set([
  "user",
  "metadata",
  "parallel_tool_calls",
  "store",
  "service_tier",
  "safety_identifier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "prompt_cache_options",
]);

/** OpenAI's, and nothing on Bedrock's wires has their meaning. */
const foreignFields = [
  "functions",
  "function_call",
  "audio",
  "modalities",
  "prediction",
  "web_search_options",
  "verbosity",
  "moderation",
];

/**
 * Reads the body of a chat completion request: known fields strictly, unknown top-level ones are kept to
 * be forwarded to the model.
 *
 * @throws OutcropError `invalid_request` whose `param` is the path at fault.
 */
export function parseChatRequest(body: JsonObject): ParsedChatRequest {
  const tools = parseTools(body.tools);
  const toolChoice = parseToolChoice(body.tool_choice, tools);
  const streamOptions = objectField(body, "stream_options") ?? {};
  return {
    request: {
      messages: parseMessages(body.messages),
      tools,
      ...(toolChoice === undefined ? {} : { toolChoice }),
      parameters: parseParameters(body),
      chatTemplateKwargs: objectField(body, "chat_template_kwargs") ?? {},
      extra: unknownFields(body),
    },
    stream: booleanField(body, "stream") ?? false,
    includeUsage: streamOptions.include_usage === true,
    unsupported: foreignFields.filter((name) => body[name] !== undefined && isAsked(name, body[name])),
  };
}

function parseParameters(body: JsonObject): ChatParameters {
  const limit = maxTokens(body, "max_tokens");
  const parameters: ChatParameters = {
    maxTokens: maxTokens(body, "max_completion_tokens") ?? limit,
    temperature: temperature(body, "temperature"),
    topP: topP(body, "top_p"),
    topK: topK(body, "top_k"),
    stop: parseStop(body.stop),
    seed: seed(body, "seed"),
    n: unless(count(body, "n"), 1),
    logprobs: booleanField(body, "logprobs"),
    topLogprobs: topLogprobs(body, "top_logprobs"),
    frequencyPenalty: unless(penalty(body, "frequency_penalty"), 0),
    presencePenalty: unless(penalty(body, "presence_penalty"), 0),
    logitBias: objectField(body, "logit_bias"),
    responseFormat: parseResponseFormat(body.response_format),
    reasoningEffort: stringField(body, "reasoning_effort"),
  };
  return withoutUndefined(parameters);
}

/** A value that changes nothing is as good as absent, so no wire has to know it. */
function unless(value: number | undefined, neutral: number): number | undefined {
  return value === neutral ? undefined : value;
}

function withoutUndefined(parameters: ChatParameters): ChatParameters {
  const stated: Record<string, unknown> = {};
  for (const name in parameters) {
    const value = parameters[name as keyof ChatParameters];
    if (value !== undefined) stated[name] = value;
  }
  return stated;
}

function parseStop(value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = typeof value === "string" ? [value] : listOf(value, "stop");
  const stop = list.map((entry, index) => stringOf(entry, `stop[${index}]`));
  const empty = stop.indexOf("");
  if (empty !== -1) refuse(`stop[${empty}]`, "a string that is not empty", "");
  return stop.length > 0 ? stop : undefined;
}

function unknownFields(body: JsonObject): JsonObject {
  if (Object.keys(body).every(isKnown)) return {};
  return Object.fromEntries(Object.entries(body).filter(([name]) => !isKnown(name)));
}

function isKnown(name: string): boolean {
  return readFields.has(name) || silentFields.has(name) || foreignFields.includes(name);
}

function isAsked(name: string, value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (name === "modalities") return !(Array.isArray(value) && value.every((entry) => entry === "text"));
  return !(Array.isArray(value) && value.length === 0);
}
