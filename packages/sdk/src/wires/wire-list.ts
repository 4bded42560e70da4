import type { Wire, WireName } from "../core/wire.ts";
import { bedrockCompletionWire } from "./bedrock-completion.ts";
import { converseWire } from "./converse.ts";
import { openaiChatWire } from "./openai-chat.ts";
import { openaiCompletionWire } from "./openai-completion.ts";

/** Every wire by its name. */
export const wires: Readonly<Record<WireName, Wire>> = {
  bedrock_completion: bedrockCompletionWire,
  openai_completion: openaiCompletionWire,
  openai_chat: openaiChatWire,
  converse: converseWire,
};

/** Whether a word names a wire. */
export function isWireName(word: string): word is WireName {
  return Object.hasOwn(wires, word);
}
