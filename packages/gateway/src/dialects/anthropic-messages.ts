import type { JsonObject } from "@outcrop/sdk";
import { encodeAnthropicError } from "./anthropic/error.ts";
import { createMessageStreamEncoder } from "./anthropic/message-stream.ts";
import { parseMessageRequest } from "./anthropic/parse-message-request.ts";
import { toMessage } from "./anthropic/to-message.ts";
import type { AnswerIdentity, Dialect, DialectCall } from "./dialect.ts";
import { booleanOf, membersOfBody, optional } from "./field.ts";

export { encodeTokenCount, parseTokenCount } from "./anthropic/count-tokens.ts";

/**
 * Anthropic's messages, as Claude Code and Anthropic's own clients speak them.
 * @see https://docs.anthropic.com/en/api/messages
 */
export const anthropicMessages: Dialect = {
  name: "anthropic-messages",
  parse,
  encodeError: encodeAnthropicError,
};

function parse(body: JsonObject): DialectCall {
  const { model, request, unsupported, warnings } = parseMessageRequest(body);
  return {
    model,
    stream: optional(membersOfBody(body)("stream"), booleanOf) ?? false,
    requests: [request],
    unsupported,
    warnings,
    encodeWhole: (completion, identity) => toMessage(completion, named(identity)),
    createStreamEncoder: (identity) => createMessageStreamEncoder(named(identity)),
  };
}

function named(identity: AnswerIdentity): AnswerIdentity {
  return { ...identity, id: `msg_${identity.id}` };
}
