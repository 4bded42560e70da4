import type { ChatMessage, ChatParameters, ChatRequest, JsonObject, ResponseFormat } from "@outcrop/sdk";
import {
  type Field,
  type Members,
  booleanOf,
  choose,
  entriesOf,
  isGiven,
  membersOf,
  membersOfBody,
  numberIn,
  objectOf,
  optional,
  stringOf,
  withoutAbsent,
} from "../field.ts";
import type { ReasoningForm } from "./output-item.ts";
import { parseInput } from "./parse-input.ts";
import { parseTools } from "./parse-tools.ts";
import { checkStateless, stateWarnings } from "./stateless.ts";
import { unknownFields } from "./known-fields.ts";

/** A request of OpenAI's Responses API, read. */
export interface ParsedResponseRequest {
  readonly model: string;
  readonly request: ChatRequest;
  readonly stream: boolean;
  readonly reasoningForm: ReasoningForm;
  /** What nothing on Bedrock has: tools that OpenAI runs itself, and `text.verbosity`. */
  readonly unsupported: readonly string[];
  readonly warnings: readonly string[];
}

const maxTokens = numberIn({ least: 1, whole: true });
const temperature = numberIn({ least: 0, most: 2 });
const topP = numberIn({ least: 0, most: 1 });
const topK = numberIn({ least: -1, whole: true });
const topLogprobs = numberIn({ least: 0, most: 20, whole: true });

/**
 * Reads the body of a response request. As in the chat API, fields that OpenAI does not know go to the model.
 *
 * @throws OutcropError `invalid_request` whose `param` is the path at fault.
 */
export function parseResponseRequest(body: JsonObject): ParsedResponseRequest {
  const at = membersOfBody(body);
  checkStateless(at);
  const { tools, toolChoice, unsupported } = parseTools(at);
  return {
    model: stringOf(at("model")),
    request: withoutAbsent({
      messages: [...parseInstructions(at("instructions")), ...parseInput(at("input"))],
      tools,
      toolChoice,
      parameters: parseParameters(at),
      chatTemplateKwargs: optional(at("chat_template_kwargs"), objectOf) ?? {},
      extra: unknownFields(body),
    }),
    stream: optional(at("stream"), booleanOf) ?? false,
    reasoningForm:
      optional(memberOf(at, "reasoning", "summary"), stringOf) === undefined ? "reasoning" : "summary",
    unsupported: [...unsupported, ...unsupportedVerbosity(at)],
    warnings: stateWarnings(at),
  };
}

function parseInstructions(field: Field): readonly ChatMessage[] {
  const content = optional(field, stringOf) ?? "";
  return content === "" ? [] : [{ role: "system", content }];
}

function parseParameters(at: Members): ChatParameters {
  return withoutAbsent({
    maxTokens: optional(at("max_output_tokens"), maxTokens),
    temperature: optional(at("temperature"), temperature),
    topP: optional(at("top_p"), topP),
    topK: optional(at("top_k"), topK),
    ...parseLogprobs(at),
    responseFormat: optional(memberOf(at, "text", "format"), parseFormat),
    reasoningEffort: optional(memberOf(at, "reasoning", "effort"), stringOf),
  });
}

function parseLogprobs(at: Members): ChatParameters {
  const count = optional(at("top_logprobs"), topLogprobs) ?? 0;
  const included = (optional(at("include"), entriesOf) ?? []).map(stringOf);
  if (count === 0 && !included.includes("message.output_text.logprobs")) return {};
  return { logprobs: true, topLogprobs: count };
}

function parseFormat(field: Field): ResponseFormat {
  const at = membersOf(field);
  return choose(at("type"), formatReaders)(at);
}

const formatReaders: Readonly<Record<string, (at: Members) => ResponseFormat>> = {
  text: () => ({ type: "text" }),
  json_object: () => ({ type: "json_object" }),
  json_schema: (at) =>
    withoutAbsent({
      type: "json_schema",
      name: stringOf(at("name")),
      schema: objectOf(at("schema")),
      description: optional(at("description"), stringOf),
      strict: optional(at("strict"), booleanOf),
    }),
};

/** `medium` is what OpenAI's models do unasked. */
function unsupportedVerbosity(at: Members): readonly string[] {
  const verbosity = optional(memberOf(at, "text", "verbosity"), stringOf) ?? "medium";
  return verbosity === "medium" ? [] : ["text.verbosity"];
}

/** A member of an object that may itself be absent. */
function memberOf(at: Members, object: string, name: string): Field {
  const field = at(object);
  return isGiven(field) ? membersOf(field)(name) : { path: `${object}.${name}`, value: undefined };
}
