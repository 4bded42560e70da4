import { type Completion, type FinishReason, type JsonObject, OutcropError, type Usage } from "@outcrop/sdk";
import { blocksOf } from "../block-sequence.ts";
import type { AnswerIdentity } from "../dialect.ts";
import { type ReasoningForm, itemFormOf, toOutputItem, toOutputLogprob } from "./output-item.ts";

/** What a response carries besides what the model said. */
export interface ResponseContext {
  readonly identity: AnswerIdentity;
  /** What is repeated of the request. */
  readonly echo: JsonObject;
  readonly reasoningForm: ReasoningForm;
}

/** How a response ended that has not failed. */
export interface ResponseEnding extends JsonObject {
  readonly status: "completed" | "incomplete";
}

/** A whole answer in the shape of OpenAI's Responses. */
export function toResponse({ choices, usage }: Completion, context: ResponseContext): JsonObject {
  const [choice] = choices;
  if (!choice) throw new OutcropError("unreadable_answer", "Bedrock's answer has no choice in it.");
  const blocks = blocksOf(choice);
  const ending = toEnding(choice.finishReason, usage);
  const logprobs = (choice.logprobs ?? []).map(toOutputLogprob);
  const output = blocks.map((block, index) => {
    const form = itemFormOf(block, context.reasoningForm);
    // The item that ends with the answer shares its status.
    const status = index === blocks.length - 1 ? ending.status : "completed";
    return toOutputItem(block, form, { id: itemId(form.idPrefix, index, context), status, logprobs });
  });
  return { ...toResponseFrame(context), ...ending, output };
}

/** What is in every form of a response: of one that has only begun, too. */
export function toResponseFrame({ identity, echo }: ResponseContext): JsonObject {
  return {
    id: `resp_${identity.id}`,
    object: "response",
    created_at: identity.created,
    model: identity.model,
    status: "in_progress",
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
    background: false,
    store: false,
    previous_response_id: null,
    ...echo,
  };
}

export function toEnding(reason: FinishReason, usage: Usage | undefined): ResponseEnding {
  const cut = cuts[reason];
  return {
    status: cut === undefined ? "completed" : "incomplete",
    incomplete_details: cut === undefined ? null : { reason: cut },
    usage: usage ? toResponseUsage(usage) : null,
  };
}

const cuts: Readonly<Partial<Record<FinishReason, string>>> = {
  length: "max_output_tokens",
  content_filter: "content_filter",
};

/** The id of an output item: the same in a stream and in a whole answer. */
export function itemId(prefix: string, index: number, { identity }: ResponseContext): string {
  return `${prefix}_${identity.id}_${index}`;
}

/** AWS counts thinking among the output and does not tell how much of it there was. */
function toResponseUsage({ promptTokens, completionTokens, cachedTokens }: Usage): JsonObject {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens ?? 0, cache_write_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + completionTokens,
  };
}
