import type { JsonObject } from "@outcrop/sdk";
import {
  type Field,
  booleanOf,
  choose,
  membersOfBody,
  numberIn,
  objectOf,
  optional,
  stringOf,
} from "../field.ts";

/** What a response repeats of its request, with what OpenAI says where the request says nothing. */
const defaults: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: null,
  temperature: null,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [],
  top_logprobs: 0,
  top_p: null,
  truncation: "disabled",
  user: null,
};

/** What is read for nothing but to be repeated is checked here. */
const checks: Readonly<Record<string, (field: Field) => unknown>> = {
  max_tool_calls: numberIn({ least: 1, whole: true }),
  metadata: objectOf,
  parallel_tool_calls: booleanOf,
  prompt_cache_key: stringOf,
  safety_identifier: stringOf,
  service_tier: stringOf,
  truncation: (field) => choose(field, { auto: true, disabled: true }),
  user: stringOf,
};

/**
 * The part of a response that repeats the request.
 *
 * @throws OutcropError `invalid_request` whose `param` is the path at fault.
 */
export function echoOf(body: JsonObject): JsonObject {
  const at = membersOfBody(body);
  for (const [name, check] of Object.entries(checks)) optional(at(name), check);
  return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, body[name] ?? value]));
}
