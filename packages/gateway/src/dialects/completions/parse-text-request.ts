import { type ChatRequest, type JsonObject, OutcropError, parseChatRequest } from "@outcrop/sdk";
import {
  type Field,
  type Members,
  booleanOf,
  entriesOf,
  isGiven,
  membersOfBody,
  numberIn,
  optional,
  refuse,
  refuseUnsupported,
  stringOf,
} from "../field.ts";

/** A request of OpenAI's older completions API, read. */
export interface ParsedTextRequest {
  readonly model: string;
  readonly prompts: readonly string[];
  /** One for each prompt. */
  readonly requests: readonly ChatRequest[];
  /** Whether each answer repeats its prompt first. */
  readonly echo: boolean;
  readonly stream: boolean;
  /** `stream_options.include_usage` */
  readonly includeUsage: boolean;
  readonly unsupported: readonly string[];
}

/** What the chat API does not have, or has in another form. */
const ownFields = new Set(["prompt", "echo", "suffix", "best_of", "logprobs"]);

/** Each prompt is a call of its own, so a request may not hold any number of them: OpenAI's bound on `n`. */
const mostAnswers = 128;

/** As many alternatives as the chat API gives. */
const alternatives = numberIn({ least: 0, most: 20, whole: true });

/**
 * Reads the body of a completions request. The two APIs share all that is not about the prompt, so the rest
 * is read as a chat's.
 *
 * @throws OutcropError `invalid_request` whose `param` is the path at fault.
 */
export function parseTextRequest(body: JsonObject): ParsedTextRequest {
  const at = membersOfBody(body);
  refuseForeign(at);
  const prompts = parsePrompts(at("prompt"));
  const { request, stream, includeUsage, unsupported } = parseChatRequest({
    ...sharedFields(body),
    ...logprobs(at),
  });
  requireFewAnswers(prompts.length * (request.parameters.n ?? 1));
  return {
    model: stringOf(at("model")),
    prompts,
    requests: prompts.map((prompt) => withPrompt(request, prompt)),
    echo: parseEcho(at),
    stream,
    includeUsage,
    unsupported,
  };
}

function parsePrompts(field: Field): readonly string[] {
  if (typeof field.value === "string") return [field.value];
  const prompts = entriesOf(field, "a string or a list of strings").map(parsePrompt);
  return prompts.length === 0 ? refuse(field, "a string or a list of strings that is not empty") : prompts;
}

function parsePrompt(field: Field): string {
  if (typeof field.value === "number" || Array.isArray(field.value)) {
    refuseUnsupported(
      field,
      "Bedrock takes prompts as text, not as token ids. Send the text that the ids stand for.",
    );
  }
  return stringOf(field);
}

/** What would change the answer and cannot be had; leaving it out in silence would give a wrong one. */
function refuseForeign(at: Members): void {
  if (isGiven(at("messages"))) {
    refuseUnsupported(at("messages"), "this API takes a prompt. Send messages to /v1/chat/completions.");
  }
  if (isGiven(at("tools"))) refuseUnsupported(at("tools"), "tools belong to /v1/chat/completions.");
  if (optional(at("suffix"), stringOf)) {
    refuseUnsupported(at("suffix"), "models on Bedrock do not fill in before a suffix. Leave it out.");
  }
  if ((optional(at("best_of"), numberIn({ least: 1, whole: true })) ?? 1) > 1) {
    refuseUnsupported(at("best_of"), "Bedrock does not choose among candidates. Ask for several with n.");
  }
}

/** What the chat API has as well; the prompt takes the place of `messages` after reading. */
function sharedFields(body: JsonObject): JsonObject {
  const shared = Object.entries(body).filter(([name]) => !ownFields.has(name));
  return { ...Object.fromEntries(shared), messages: [{ role: "user", content: "" }] };
}

function withPrompt(request: ChatRequest, prompt: string): ChatRequest {
  return { ...request, prompt, messages: [{ role: "user", content: prompt }] };
}

/** A number here: how many alternatives each token comes with. */
function logprobs(at: Members): JsonObject {
  const count = optional(at("logprobs"), alternatives);
  return count === undefined ? {} : { logprobs: true, top_logprobs: count };
}

function parseEcho(at: Members): boolean {
  const echo = optional(at("echo"), booleanOf) ?? false;
  if (echo && isGiven(at("logprobs"))) {
    refuseUnsupported(at("echo"), "with logprobs it asks for the prompt's own, which Bedrock does not give.");
  }
  return echo;
}

function requireFewAnswers(count: number): void {
  if (count <= mostAnswers) return;
  throw new OutcropError(
    "invalid_request",
    `prompt and n ask for ${count} answers; at most ${mostAnswers} fit one request.`,
    {
      param: "prompt",
    },
  );
}
