import { type ChatRequest, type JsonObject, parseChatRequest } from "@outcrop/sdk";
import type { RequestShaping } from "../../config/gateway-config.ts";
import { type DefaultRequest, withDefaults } from "./default-request.ts";
import { dropPath } from "./drop-path.ts";
import { toOpenaiParameters } from "./openai-parameters.ts";

/** A request as one deployment is to get it. */
export interface ShapedRequest {
  readonly request: ChatRequest;
  /** OpenAI parameters that no Bedrock wire has. */
  readonly unsupported: readonly string[];
  /** What was dropped, in sentences for the client. */
  readonly warnings: readonly string[];
}

/** Puts a deployment's defaults under a request, and takes out what its config drops. */
export function shapeRequest(
  given: Pick<ShapedRequest, "request" | "unsupported">,
  defaults: DefaultRequest,
  { additionalDropParams }: Pick<RequestShaping, "additionalDropParams">,
): ShapedRequest {
  const request = withDefaults(given.request, defaults);
  const unsupported =
    defaults.unsupported.length === 0
      ? given.unsupported
      : [...new Set([...given.unsupported, ...defaults.unsupported])];
  if (additionalDropParams.length === 0) return { request, unsupported, warnings: [] };
  const body = toOpenaiParameters(request);
  const hits = additionalDropParams.filter(
    (path) => unsupported.includes(path) || dropPath(body, path) !== body,
  );
  return {
    request: withParameters(request, hits.reduce<JsonObject>(dropPath, body)),
    unsupported: unsupported.filter((name) => !hits.includes(name)),
    warnings: hits.map((path) => `${path}: dropped, because additional_drop_params names it`),
  };
}

function withParameters(request: ChatRequest, body: JsonObject): ChatRequest {
  // A choice among tools that are gone is no choice.
  const rest = body.tools === undefined ? dropPath(body, "tool_choice") : body;
  const { request: read } = parseChatRequest({ ...rest, messages: [{ role: "user", content: "-" }] });
  return {
    ...read,
    messages: request.messages,
    ...(request.prompt === undefined ? {} : { prompt: request.prompt }),
  };
}
