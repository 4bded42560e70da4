import type { JsonObject } from "../prompt/json.ts";
import type { Collected } from "../text/answer.ts";
import type { AnswerFacts } from "./call.ts";
import { toChatLogprobs, toPromptLogprobs } from "./logprobs.ts";
import { toModelField, toOpenAiFinish } from "./openai-fields.ts";

/** A whole `chat.completion`: of an imported model vLLM's full object with its nulls, of Kimi a short one. */
export function writeChatCompletion(answers: readonly Collected[], facts: AnswerFacts): JsonObject {
  const short = facts.call.model.reasoning === "reasoning-pairs";
  const output = answers.reduce((sum, { end, count }) => sum + (end.usage?.output ?? count), 0);
  const input = answers[0]?.end.usage?.input ?? facts.call.promptTokens;
  const usage = { prompt_tokens: input, total_tokens: input + output, completion_tokens: output };
  const head = {
    id: `chatcmpl-${facts.id}`,
    object: "chat.completion",
    created: facts.created,
    model: toModelField(facts.call.model),
  };
  if (short)
    return { ...head, choices: answers.map((answer, index) => toShortChoice(answer, index, facts)), usage };
  const { promptLogprobs } = facts.call.parameters;
  return {
    ...head,
    choices: answers.map((answer, index) => toFullChoice(answer, index, facts)),
    service_tier: null,
    system_fingerprint: null,
    usage: { ...usage, prompt_tokens_details: null },
    prompt_logprobs:
      promptLogprobs === undefined ? null : toPromptLogprobs(facts.call.prompt.text, promptLogprobs),
    prompt_token_ids: null,
    kv_transfer_params: null,
  };
}

function toFullChoice(answer: Collected, index: number, facts: AnswerFacts): JsonObject {
  const { logprobs } = facts.call.parameters;
  const calls = toToolCalls(answer, facts);
  return {
    index,
    message: {
      role: "assistant",
      content: answer.text === "" && calls.length > 0 ? null : answer.text,
      refusal: null,
      annotations: null,
      audio: null,
      function_call: null,
      tool_calls: calls,
      reasoning_content: answer.reasoning === "" ? null : answer.reasoning,
    },
    logprobs: logprobs === undefined ? null : toChatLogprobs(answer.tokens, logprobs),
    finish_reason: toOpenAiFinish(answer.end.reason),
    stop_reason: answer.end.stop ?? null,
    token_ids: null,
  };
}

/** Kimi has no field for reasoning: it stands in one pair of tags before the text. */
function toShortChoice(answer: Collected, index: number, facts: AnswerFacts): JsonObject {
  const calls = toToolCalls(answer, facts);
  const reasoning = answer.reasoning === "" ? "" : `<reasoning> ${answer.reasoning} </reasoning>`;
  return {
    index,
    message: {
      role: "assistant",
      content: reasoning + answer.text,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
    finish_reason: toOpenAiFinish(answer.end.reason),
  };
}

function toToolCalls(answer: Collected, { callId }: AnswerFacts): JsonObject[] {
  return answer.calls.map((call, index) => ({
    id: call.id ?? callId(call.name, index),
    type: "function",
    function: { name: call.name, arguments: call.arguments },
  }));
}
