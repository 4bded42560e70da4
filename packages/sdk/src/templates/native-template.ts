import type { ChatRequest } from "../core/chat.ts";
import { OutcropError } from "../core/errors.ts";
import type { ChatTemplate, RenderedPrompt, RenderOptions } from "../core/family.ts";
import { readConversation } from "./conversation.ts";
import type { Conversation } from "./conversation.ts";
import { opensReasoning } from "./opens-reasoning.ts";

/** What sets one native template apart from the others. */
export interface NativeTemplate {
  readonly name: string;
  /** The begin-of-sequence token; empty where the model has none. */
  readonly beginToken: string;
  /** The prompt after the begin token. */
  readonly write: (conversation: Conversation) => string;
}

/** Makes a chat template of a function that writes one. */
export function createNativeTemplate({ name, beginToken, write }: NativeTemplate): ChatTemplate {
  function render(request: ChatRequest, options: RenderOptions): RenderedPrompt {
    const conversation = readConversation(request);
    const prompt = (options.addBosToken ? beginToken : "") + writeOrExplain(conversation);
    return { prompt, opensReasoning: opensReasoning(prompt) };
  }

  function writeOrExplain(conversation: Conversation): string {
    try {
      return write(conversation);
    } catch (error) {
      if (error instanceof OutcropError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new OutcropError(
        "invalid_request",
        `The conversation can't be written in the "${name}" template: ${reason}`,
        { cause: error },
      );
    }
  }

  return { name, render };
}
