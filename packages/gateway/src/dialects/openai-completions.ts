import type { JsonObject } from "@outcrop/sdk";
import { parseTextRequest } from "./completions/parse-text-request.ts";
import { createTextStreamEncoder } from "./completions/text-stream.ts";
import { toTextCompletion } from "./completions/to-text-completion.ts";
import type { AnswerIdentity, Dialect, DialectCall } from "./dialect.ts";
import { encodeOpenAIError } from "./openai-error.ts";

/**
 * OpenAI's older completions: a prompt as the caller rendered it in, text out.
 * @see https://platform.openai.com/docs/api-reference/completions
 */
export const openaiCompletions: Dialect = {
  name: "openai-completions",
  parse,
  encodeError: encodeOpenAIError,
};

function parse(body: JsonObject): DialectCall {
  const { model, prompts, requests, echo, stream, includeUsage, unsupported } = parseTextRequest(body);
  const choicesEach = requests[0]?.parameters.n ?? 1;
  const opening = (choice: number) => (echo ? (prompts[Math.floor(choice / choicesEach)] ?? "") : "");
  return {
    model,
    stream,
    requests,
    unsupported,
    warnings: [],
    encodeWhole: (completion, identity) =>
      toTextCompletion(completion, { identity: named(identity), opening }),
    createStreamEncoder: (identity) =>
      createTextStreamEncoder({ identity: named(identity), opening, includeUsage }),
  };
}

function named(identity: AnswerIdentity): AnswerIdentity {
  return { ...identity, id: `cmpl-${identity.id}` };
}
