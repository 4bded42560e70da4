import { type ChatRequest, type Content, imagesOf, textOf } from "@outcrop/sdk";

/** English text has about four characters a token; other scripts have fewer. */
const charactersEach = 4;
/** Role, header and end marker of one turn. */
const tokensOfTurn = 4;
/** A middling picture of a vision model. */
const tokensOfImage = 1000;

/**
 * An estimate of a request's prompt tokens, made of its characters alone. Imported models bring their own
 * tokenizer, which Bedrock does not show; the true count comes with the answer.
 */
export function estimateTokens({ messages, tools }: ChatRequest): number {
  let characters = tools.length > 0 ? JSON.stringify(tools).length : 0;
  let fixed = 0;
  for (const message of messages) {
    const { content } = message;
    characters += lengthOf(content);
    fixed += tokensOfTurn + imagesOf(content).length * tokensOfImage;
    if (message.role === "assistant") characters += JSON.stringify(message.toolCalls).length - 2;
  }
  return fixed + Math.ceil(characters / charactersEach);
}

/** Characters outside of Latin letters count as a token each, near enough. */
function lengthOf(content: Content): number {
  const text = textOf(content);
  const wide = text.match(/[\u2e80-\uffff]/g)?.length ?? 0;
  return text.length + wide * (charactersEach - 1);
}
