import { AwsFailure, invalid } from "../aws/failure.ts";
import { parseArn } from "../aws/arn.ts";
import type { Operation } from "../aws/operations.ts";
import type { Identity } from "../auth/credentials.ts";
import type { HttpRequest } from "../http/message.ts";
import type { Catalogue } from "../models/catalogue.ts";
import type { Model } from "../models/model.ts";
import { parseChatPrompt } from "../prompt/chat-messages.ts";
import { parseConversePrompt } from "../prompt/converse-messages.ts";
import { isObject } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import { malformed } from "../prompt/malformed.ts";
import { countTokens } from "../text/tokens.ts";
import { parseBedrockParameters, parsePromptText } from "./bedrock-completion.ts";
import type { InferenceCall } from "./call.ts";
import { parseConverseParameters } from "./converse-parameters.ts";
import { chooseFormat } from "./formats.ts";
import type { BothLimits } from "./formats.ts";
import { parseCompletionParameters } from "./openai-completion.ts";
import { parseChatLogprobs, parseOpenAiParameters } from "./parameters.ts";

/** Choices where AWS's behaviour is not documented. */
export interface Assumptions {
  readonly bothLimits: BothLimits;
  /** What a well-formed ARN of no model gets. */
  readonly missingModel: "ResourceNotFoundException" | "ValidationException";
  /** Whether InvokeModel refuses bodies that are declared, or answers that are wanted, as anything but JSON. */
  readonly contentType: "strict" | "lenient";
  /** Whether whole answers of imported models carry the token-count headers that native models' do. */
  readonly tokenCountHeaders: boolean;
}

/** Every message of a chat template has about this many tokens of its own. */
const tokensPerMessage = 5;
/** vLLM's default of `max_tokens` for a completion. */
const completionDefault = 16;

export function findModel(
  operation: Operation,
  given: { catalogue: Catalogue; identity: Identity; assumptions: Assumptions },
): Model {
  const { resource } = operation;
  const arn = parseArn(resource);
  const model = given.catalogue.find(resource);
  // An endpoint knows the models of its region only; the region is that of the signature or key.
  const elsewhere =
    arn !== undefined && given.identity.region !== undefined && arn.region !== given.identity.region;
  if (model !== undefined && !elsewhere) return model;
  if (
    arn?.type === "imported-model" &&
    !elsewhere &&
    given.assumptions.missingModel === "ResourceNotFoundException"
  ) {
    throw new AwsFailure("ResourceNotFoundException", `The imported model ${resource} could not be found.`);
  }
  throw invalid("The provided model identifier is invalid.");
}

/** Reads the body of InvokeModel or InvokeModelWithResponseStream. */
export function readInvoke(
  request: HttpRequest,
  operation: Operation,
  given: { model: Model; assumptions: Assumptions },
): InferenceCall {
  const { model, assumptions } = given;
  checkMediaTypes(request, assumptions);
  checkGuardrail(request.headers["x-amzn-bedrock-guardrailidentifier"]);
  const body = parseInvokeBody(request.body);
  const format = chooseFormat(body, model, assumptions.bothLimits);
  return checkLimits(toInvokeCall(body, operation, { model, format }));
}

/** Also reads the body that CountTokens carries. */
export function toInvokeCall(
  body: JsonObject,
  operation: Operation,
  { model, format }: { model: Model; format: InferenceCall["format"] },
): InferenceCall {
  const head = { operation: operation.name, model, format, body };
  if (format === "OpenAIChatCompletion") {
    checkKimiBody(body, model);
    const prompt = parseChatPrompt(body, model);
    const parameters = { ...parseOpenAiParameters(body), logprobs: parseChatLogprobs(body) };
    const promptTokens = countTokens(prompt.text) + prompt.turns.length * tokensPerMessage;
    return { ...head, prompt, promptTokens, parameters };
  }
  const prompt = parsePromptText(body, model);
  // The server puts its begin token before a prompt.
  const promptTokens = countTokens(prompt.text) + 1;
  if (model.kind === "imported" && format === "BedrockCompletion") {
    return { ...head, prompt, promptTokens, parameters: parseBedrockParameters(body, model) };
  }
  const parameters = parseCompletionParameters(body);
  return {
    ...head,
    prompt,
    promptTokens,
    parameters: { ...parameters, maxTokens: parameters.maxTokens ?? completionDefault },
  };
}

/** Reads the body of Converse or ConverseStream. */
export function readConverse(body: JsonObject, operation: Operation, model: Model): InferenceCall {
  if (!model.instructSupported) {
    throw invalid(
      "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
    );
  }
  const guardrail = body["guardrailConfig"];
  checkGuardrail(isObject(guardrail) ? String(guardrail["guardrailIdentifier"]) : undefined);
  const prompt = parseConversePrompt(body, model);
  return checkLimits({
    operation: operation.name,
    model,
    format: "Converse",
    body,
    prompt,
    promptTokens: countTokens(prompt.text) + prompt.turns.length * tokensPerMessage,
    parameters: parseConverseParameters(body, model),
  });
}

/** Parses a JSON object; `fail` says what a wrong one is answered with. */
export function parseJsonBody(body: Buffer, fail: (detail: string) => Error): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw fail(error instanceof Error ? error.message : "");
  }
  if (!isObject(value)) throw fail("expected an object");
  return value;
}

export function parseInvokeBody(body: Buffer): JsonObject {
  return parseJsonBody(body, () => malformed("", "the body is not a JSON object"));
}

/** Both directions are JSON for every model here. A body that isn't declared at all is taken, as boto3 sends it. */
function checkMediaTypes({ headers }: HttpRequest, { contentType }: Assumptions): void {
  if (contentType === "lenient") return;
  const accepted = headers["x-amzn-bedrock-accept"] ?? headers["accept"] ?? "*/*";
  if (!isJson(headers["content-type"] ?? "application/json")) {
    throw invalid("The provided Content Type is invalid or not supported for this model.");
  }
  if (!accepted.split(",").some(isJson)) {
    throw invalid("The provided Accept Type is invalid or not supported for this model.");
  }
}

function isJson(type: string): boolean {
  return /^(?:application\/json|\*\/\*|application\/\*)\s*(?:;|$)/i.test(type.trim());
}

function checkGuardrail(identifier: string | undefined): void {
  if (identifier === undefined) return;
  throw invalid("The guardrail identifier or version provided in the request does not exist.");
}

/** What Kimi on Bedrock doesn't take. */
function checkKimiBody(body: JsonObject, model: Model): void {
  if (model.dialect !== "kimi") return;
  const stop = body["stop"] ?? undefined;
  if (stop !== undefined) throw malformed("/stop", "stop sequences are not supported by this model");
  if (body["tool_choice"] === "required")
    throw malformed("/tool_choice", "required is not supported by this model");
  const { temperature } = body;
  if (typeof temperature === "number" && temperature > 1) {
    throw malformed("/temperature", `${temperature} is not less or equal to 1`);
  }
}

function checkLimits(call: InferenceCall): InferenceCall {
  const { model, promptTokens } = call;
  const { maxTokens } = call.parameters;
  if (maxTokens !== undefined && maxTokens > (model.maxOutputTokens ?? Number.POSITIVE_INFINITY)) {
    throw invalid(
      `The maximum tokens you requested exceeds the model limit of ${model.maxOutputTokens}. Try again with a maximum tokens value that is lower than ${model.maxOutputTokens}.`,
    );
  }
  if (promptTokens + (maxTokens ?? 1) > model.contextTokens) {
    throw invalid(
      `This model's maximum context length is ${model.contextTokens} tokens. However, you requested ${promptTokens + (maxTokens ?? 1)} tokens (${promptTokens} in the input, ${maxTokens ?? 1} in the completion). Please reduce the length of the input or completion.`,
    );
  }
  return call;
}
