import type { CallSyntax } from "./call-syntax.ts";

/** Tags that set thinking apart. */
export interface TagPair {
  readonly open: string;
  readonly close: string;
}

/** How a family writes, as data: the same machine reads all of them. */
export interface GrammarSpec {
  readonly thinkTags: readonly TagPair[];
  /** Thinking is one block at the start: after it, and after content, the tags are text. */
  readonly thinksOnce: boolean;
  /** What the model may echo at the very start: the header of its own turn. */
  readonly headers: readonly string[];
  /** What ends the family's turn: it is cut, and everything behind it. */
  readonly endMarkers: readonly string[];
  /** What is an end marker only at the very end, because it may well be content (`</s>` is HTML too). */
  readonly trailingMarkers: readonly string[];
  /** What shows, behind a trailing marker, that the model runs on into another turn. */
  readonly nextTurnMarkers: readonly string[];
  /** How calls are written in content. */
  readonly calls: readonly CallSyntax[];
  /** How calls are written in thinking, where the family leaks them there. */
  readonly callsInReasoning: readonly CallSyntax[];
  /** Whether channels of OpenAI's Harmony format may show. */
  readonly hasHarmony: boolean;
}
