import type { GrammarSpec } from "./grammar-spec.ts";

/** Whether the text is thinking, by the tags that were met. */
export interface Thinking {
  isOpen(): boolean;
  /** Text of the open block, no tag of it. */
  sawText(): void;
  /** A tag stands in the text, after content or before any. False if it means nothing there: then it is text. */
  meet(tag: string, hasContent: boolean): boolean;
  /** Thinking came set apart by AWS: a block that the prompt opened, and in which nothing was written, is void. */
  cameApart(): void;
}

interface Block {
  /** The tags that close it: after a prompt that opened it, any. */
  readonly closers: readonly string[];
  readonly isFromPrompt: boolean;
  hasText: boolean;
}

/** A fresh state, at the start of an answer. */
export function createThinking({ thinkTags, thinksOnce }: GrammarSpec, startsInReasoning: boolean): Thinking {
  let block: Block | undefined = startsInReasoning
    ? { closers: thinkTags.map((pair) => pair.close), isFromPrompt: true, hasText: false }
    : undefined;
  let hasThought = startsInReasoning;

  return {
    isOpen: () => block !== undefined,
    sawText() {
      if (block) block.hasText = true;
    },
    meet(tag, hasContent) {
      const closer = thinkTags.find((pair) => pair.open === tag)?.close;
      return closer === undefined ? close(tag) : open(closer, hasContent);
    },
    cameApart() {
      hasThought = true;
      if (block?.isFromPrompt && !block.hasText) block = undefined;
    },
  };

  /** Opens a block; a tag that stands first in an open one says the same once more. */
  function open(closer: string, hasContent: boolean): boolean {
    if (block?.hasText) return false;
    if (!block && thinksOnce && (hasThought || hasContent)) return false;
    block = { closers: [closer], isFromPrompt: false, hasText: false };
    hasThought = true;
    return true;
  }

  function close(tag: string): boolean {
    if (!block?.closers.includes(tag)) return false;
    block = undefined;
    return true;
  }
}
