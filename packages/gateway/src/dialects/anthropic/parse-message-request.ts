import type { ChatParameters, ChatRequest, JsonObject, ResponseFormat } from "@outcrop/sdk";
import {
  type Field,
  type Members,
  booleanOf,
  isGiven,
  membersOf,
  membersOfBody,
  numberIn,
  objectOf,
  optional,
  refuse,
  stopSequencesOf,
  stringOf,
  withoutAbsent,
} from "../field.ts";
import { parseMessages, parseSystem } from "./parse-messages.ts";
import { parseToolChoice, parseTools } from "./parse-tools.ts";

/** A request of Anthropic's messages API, read. */
export interface ParsedMessageRequest {
  readonly model: string;
  readonly request: ChatRequest;
  /** Anthropic's parameters that would change the answer, and that nothing on Bedrock has. */
  readonly unsupported: readonly string[];
  /** What is left out, in sentences for the client. */
  readonly warnings: readonly string[];
}

/** Read here, or steering nothing but Anthropic's own service. */
const knownFields = new Set([
  "model",
  "messages",
  "system",
  "max_tokens",
  "temperature",
  "top_p",
  "top_k",
  "stop_sequences",
  "stream",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "output_format",
  "metadata",
  "service_tier",
  "cache_control",
  "anthropic_version",
  "anthropic_beta",
  "betas",
  "diagnostics",
  "inference_geo",
  "speed",
  "user_profile_id",
  "workspace_id",
]);

/** Anthropic's, and with them the answer would be another one. */
const foreignFields = ["mcp_servers", "container"];

const maxTokens = numberIn({ least: 1, whole: true });
const share = numberIn({ least: 0, most: 1 });
const topK = numberIn({ least: 0, whole: true });

/**
 * Reads the body of a message request. What it does not know it leaves out with a warning, where Anthropic
 * refuses it: clients send the fields of betas without being asked.
 *
 * @throws OutcropError `invalid_request` whose `param` is the path at fault.
 */
export function parseMessageRequest(body: JsonObject): ParsedMessageRequest {
  const conversation = parseConversation(body);
  const parameters = { ...parseParameters(membersOfBody(body)), ...conversation.request.parameters };
  return { ...conversation, request: { ...conversation.request, parameters } };
}

/** Reads all that the model is given, and not what steers its answer. */
export function parseConversation(body: JsonObject): ParsedMessageRequest {
  const at = membersOfBody(body);
  const tools = parseTools(at("tools"));
  optional(at("thinking"), checkThinking);
  optional(at("metadata"), objectOf);
  return {
    model: stringOf(at("model")),
    request: withoutAbsent({
      messages: [...parseSystem(at("system")), ...parseMessages(at("messages"))],
      tools,
      toolChoice: parseToolChoice(at("tool_choice"), tools),
      parameters: withoutAbsent({ responseFormat: parseFormat(at) }),
      chatTemplateKwargs: {},
      extra: {},
    }),
    unsupported: foreignFields.filter((name) => isAsked(at(name))),
    warnings: warningsOf(body),
  };
}

function parseParameters(at: Members): ChatParameters {
  return withoutAbsent({
    maxTokens: maxTokens(at("max_tokens")),
    temperature: optional(at("temperature"), share),
    topP: optional(at("top_p"), share),
    topK: optional(at("top_k"), topK),
    stop: optional(at("stop_sequences"), stopSequencesOf),
  });
}

/** Whether a model thinks is its own affair, so the wish is read and nothing is sent. */
function checkThinking(field: Field): void {
  stringOf(membersOf(field)("type"));
}

/** `output_format` is what `output_config.format` was called in its beta. */
function parseFormat(at: Members): ResponseFormat | undefined {
  const config = optional(at("output_config"), membersOf);
  const format = config && isGiven(config("format")) ? config("format") : at("output_format");
  return optional(format, (field) => {
    const member = membersOf(field);
    const type = member("type");
    if (type.value !== "json_schema") refuse(type, "json_schema");
    return { type: "json_schema", name: "response", schema: objectOf(member("schema")), strict: true };
  });
}

function isAsked(field: Field): boolean {
  return isGiven(field) && !(Array.isArray(field.value) && field.value.length === 0);
}

function warningsOf(body: JsonObject): readonly string[] {
  const at = membersOfBody(body);
  const unknown = Object.keys(body).filter((name) => !knownFields.has(name) && !foreignFields.includes(name));
  const effort = optional(at("output_config"), membersOf)?.("effort");
  const single = optional(at("tool_choice"), membersOf)?.("disable_parallel_tool_use");
  return [
    ...unknown
      .filter((name) => isGiven(at(name)))
      .map((name) => `${name}: ignored, models on Bedrock have no use for it`),
    ...(effort && isGiven(effort)
      ? ["output_config.effort: ignored, the model decides how long it thinks"]
      : []),
    ...(single && optional(single, booleanOf)
      ? ["tool_choice.disable_parallel_tool_use: ignored, models on Bedrock cannot be held to one call"]
      : []),
  ];
}
