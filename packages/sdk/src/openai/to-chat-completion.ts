import type { Completion, CompletionChoice } from "../core/completion.ts";
import type { TokenLogprob, Usage } from "../core/events.ts";
import type {
  ChatCompletion,
  ChatCompletionChoice,
  ChatCompletionLogprobs,
  ChatCompletionMessage,
  ChatCompletionTokenLogprob,
  CompletionUsage,
} from "./types.ts";

/** What an answer carries besides what the model said. */
export interface AnswerIdentity {
  /** `chatcmpl-…` */
  readonly id: string;
  /** Unix time in seconds. */
  readonly created: number;
  readonly model: string;
}

/** A whole answer in OpenAI's shape. */
export function toChatCompletion(completion: Completion, identity: AnswerIdentity): ChatCompletion {
  return {
    id: identity.id,
    object: "chat.completion",
    created: identity.created,
    model: identity.model,
    choices: completion.choices.map(toChoice),
    ...(completion.usage ? { usage: toCompletionUsage(completion.usage) } : {}),
  };
}

function toChoice(choice: CompletionChoice, index: number): ChatCompletionChoice {
  return {
    index,
    message: toMessage(choice),
    finish_reason: choice.finishReason,
    logprobs: choice.logprobs ? toLogprobs(choice.logprobs) : null,
  };
}

/** Fields that say nothing are left out, so that strict clients don't stumble over nulls. */
function toMessage({ text, reasoning, toolCalls }: CompletionChoice): ChatCompletionMessage {
  return {
    role: "assistant",
    content: text === "" && toolCalls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(toolCalls.length === 0
      ? {}
      : {
          tool_calls: toolCalls.map(({ id, name, arguments: json }) => ({
            id,
            type: "function" as const,
            function: { name, arguments: json },
          })),
        }),
  };
}

/** Token log probabilities in OpenAI's shape. */
export function toLogprobs(logprobs: readonly TokenLogprob[]): ChatCompletionLogprobs {
  return { content: logprobs.map(toTokenLogprob), refusal: null };
}

function toTokenLogprob({ top_logprobs, ...token }: TokenLogprob): ChatCompletionTokenLogprob {
  return { ...mutable(token), top_logprobs: top_logprobs.map(mutable) };
}

function mutable({ token, logprob, bytes }: Omit<TokenLogprob, "top_logprobs">) {
  return { token, logprob, bytes: bytes ? [...bytes] : null };
}

/** Usage in OpenAI's shape. */
export function toCompletionUsage({ promptTokens, completionTokens, cachedTokens }: Usage): CompletionUsage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    ...(cachedTokens ? { prompt_tokens_details: { cached_tokens: cachedTokens } } : {}),
  };
}
