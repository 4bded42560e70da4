import type {
  ChatParameters,
  ChatRequest,
  JsonObject,
  JsonValue,
  ResponseFormat,
  ToolChoice,
} from "@outcrop/sdk";

/** OpenAI's names of our parameters. */
const names = {
  maxTokens: "max_tokens",
  temperature: "temperature",
  topP: "top_p",
  topK: "top_k",
  stop: "stop",
  seed: "seed",
  n: "n",
  logprobs: "logprobs",
  topLogprobs: "top_logprobs",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  logitBias: "logit_bias",
  responseFormat: "response_format",
  reasoningEffort: "reasoning_effort",
} as const satisfies Record<keyof ChatParameters, string>;

const keys = Object.keys(names) as (keyof ChatParameters)[];

/** What a request asks for besides its messages, as the body of an OpenAI request says it. */
export function toOpenaiParameters({
  parameters,
  tools,
  toolChoice,
  chatTemplateKwargs,
  extra,
}: ChatRequest): JsonObject {
  const body: Record<string, JsonValue | undefined> = {};
  for (const key of keys)
    if (parameters[key] !== undefined) body[names[key]] = toOpenaiValue(parameters, key);
  if (tools.length > 0) body.tools = tools.map(({ ...made }) => ({ type: "function", function: made }));
  if (toolChoice !== undefined) body.tool_choice = toOpenaiToolChoice(toolChoice);
  if (Object.keys(chatTemplateKwargs).length > 0) body.chat_template_kwargs = chatTemplateKwargs;
  return { ...body, ...extra };
}

/** A request without one of its parameters, and that parameter in OpenAI's words; `undefined` where it isn't set. */
export function takeParameter(request: ChatRequest, name: string): TakenParameter | undefined {
  const key = keys.find((candidate) => names[candidate] === name);
  if (key === undefined) return undefined;
  const { [key]: taken, ...parameters } = request.parameters;
  if (taken === undefined) return undefined;
  return { request: { ...request, parameters }, value: toOpenaiValue(request.parameters, key) };
}

export interface TakenParameter {
  readonly request: ChatRequest;
  readonly value: JsonValue | undefined;
}

function toOpenaiValue(parameters: ChatParameters, key: keyof ChatParameters): JsonValue | undefined {
  return key === "responseFormat" ? toOpenaiFormat(parameters.responseFormat) : parameters[key];
}

function toOpenaiFormat(format: ResponseFormat | undefined): JsonValue | undefined {
  if (format?.type !== "json_schema") return format && { type: format.type };
  const { type, ...schema } = format;
  return { type, json_schema: schema };
}

function toOpenaiToolChoice(choice: ToolChoice): JsonValue {
  return typeof choice === "string" ? choice : { type: "function", function: { name: choice.name } };
}
