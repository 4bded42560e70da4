import { type ChatParameters, type ChatRequest, type JsonObject, parseChatRequest } from "@outcrop/sdk";

/** Parameters that a deployment puts under every request. */
export interface DefaultRequest {
  readonly request: ChatRequest;
  /** OpenAI parameters among them that no Bedrock wire has. */
  readonly unsupported: readonly string[];
}

/**
 * Reads a deployment's parameters as a request would be read.
 *
 * @throws OutcropError `invalid_request` whose `param` is the parameter at fault.
 */
export function parseDefaultRequest(defaults: JsonObject): DefaultRequest {
  return parseChatRequest({ ...defaults, messages: [{ role: "user", content: "-" }] });
}

/** The request with the deployment's parameters under its own. */
export function withDefaults(request: ChatRequest, { request: defaults }: DefaultRequest): ChatRequest {
  if (saysNothing(defaults)) return request;
  const ownTools = request.tools.length > 0;
  const toolChoice = request.toolChoice ?? (ownTools ? undefined : defaults.toolChoice);
  return {
    ...request,
    tools: ownTools ? request.tools : defaults.tools,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    parameters: { ...defaults.parameters, ...set(request.parameters) },
    chatTemplateKwargs: { ...defaults.chatTemplateKwargs, ...request.chatTemplateKwargs },
    extra: { ...defaults.extra, ...request.extra },
  };
}

/** Most deployments have no defaults. */
function saysNothing({ tools, toolChoice, parameters, chatTemplateKwargs, extra }: ChatRequest): boolean {
  return (
    tools.length === 0 &&
    toolChoice === undefined &&
    isEmpty(parameters) &&
    isEmpty(chatTemplateKwargs) &&
    isEmpty(extra)
  );
}

function isEmpty(fields: object): boolean {
  for (const _ in fields) return false;
  return true;
}

/** What a client API left out must not hide a default. */
function set(parameters: ChatParameters): ChatParameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}
