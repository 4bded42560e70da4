import { type JsonObject, parseChatRequest, toChatCompletion } from "@outcrop/sdk";
import type { AnswerIdentity, Dialect, DialectCall } from "./dialect.ts";
import { membersOfBody, stringOf } from "./field.ts";
import { createChatStreamEncoder } from "./openai-chat-stream.ts";
import { encodeOpenAIError } from "./openai-error.ts";

/**
 * OpenAI's chat completions: the SDK's own shapes, with the frame of server-sent events around them.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat: Dialect = { name: "openai-chat", parse, encodeError: encodeOpenAIError };

function parse(body: JsonObject): DialectCall {
  const model = stringOf(membersOfBody(body)("model"));
  const { request, stream, includeUsage, unsupported } = parseChatRequest(body);
  return {
    model,
    stream,
    requests: [request],
    unsupported,
    warnings: [],
    encodeWhole: (completion, identity) => toChatCompletion(completion, named(identity)),
    createStreamEncoder: (identity) => createChatStreamEncoder({ identity: named(identity), includeUsage }),
  };
}

function named(identity: AnswerIdentity): AnswerIdentity {
  return { ...identity, id: `chatcmpl-${identity.id}` };
}
