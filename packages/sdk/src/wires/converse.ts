import { type JsonObject, isJsonObject } from "../core/json.ts";
import type { EncodeInput, Wire } from "../core/wire.ts";
import { decodeConverse } from "./converse-answer.ts";
import { encodeConverseMessages, encodeConverseSystem } from "./converse-messages.ts";
import { encodeToolConfig } from "./converse-tools.ts";
import { spellParameters } from "./parameters.ts";
import { converseOutputConfig } from "./response-format.ts";

/**
 * Bedrock's own chat API: content blocks in, content blocks out.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export const converseWire: Wire = {
  name: "converse",
  operation: "converse",
  streamOperation: "converse-stream",
  sendsPrompt: false,
  parameters: new Set(["max_tokens", "temperature", "top_p", "top_k", "stop", "response_format"]),
  encode,
  decode: decodeConverse,
};

/** Members of Converse's own request: where a caller gives one, it stands beside the messages. */
const ownMembers = new Set([
  "additionalModelRequestFields",
  "additionalModelResponseFieldPaths",
  "guardrailConfig",
  "outputConfig",
  "performanceConfig",
  "promptVariables",
  "requestMetadata",
  "serviceTier",
]);

function encode({ request }: EncodeInput): JsonObject {
  const { parameters } = request;
  const system = encodeConverseSystem(request.messages);
  const inferenceConfig = spellParameters(parameters, {
    maxTokens: "maxTokens",
    temperature: "temperature",
    topP: "topP",
    stop: "stopSequences",
  });
  return {
    messages: encodeConverseMessages(request.messages),
    ...(system.length > 0 ? { system } : {}),
    ...(Object.keys(inferenceConfig).length > 0 ? { inferenceConfig } : {}),
    ...encodeToolConfig(request),
    ...converseOutputConfig(parameters.responseFormat),
    ...encodeExtra(request.extra, parameters.topK),
  };
}

/** What Converse has no member for goes to the model in `additionalModelRequestFields`. */
function encodeExtra(extra: JsonObject, topK: number | undefined): JsonObject {
  const entries = Object.entries(extra);
  const own = Object.fromEntries(entries.filter(([key]) => ownMembers.has(key)));
  const foreign = Object.fromEntries(entries.filter(([key]) => !ownMembers.has(key)));
  const fields = { ...(topK === undefined ? {} : { top_k: topK }), ...foreign };
  if (Object.keys(fields).length === 0) return own;
  const given = own.additionalModelRequestFields;
  return { ...own, additionalModelRequestFields: { ...fields, ...(isJsonObject(given) ? given : {}) } };
}
