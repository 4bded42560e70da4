import type { ChatEvent } from "./events.ts";

/** A grammar's events: a choice's own, without its number and without the finish. */
export type GrammarEvent =
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | { readonly type: "tool-call-start"; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: "tool-call-delta"; readonly index: number; readonly arguments: string }
  | { readonly type: "tool-call-end"; readonly index: number };

/** A piece of a tool call that AWS has parsed already. */
export interface StructuredCallPiece {
  readonly index: number;
  readonly id?: string;
  readonly name?: string;
  readonly arguments?: string;
}

/**
 * How a family's raw text becomes events: a synchronous push machine for one choice of one answer.
 * It holds back only what could still turn out to be a marker, and the same machine serves whole
 * answers (one push) and streams, so that any split of the text folds to the same answer.
 */
export interface Grammar {
  /** Text as the model wrote it. */
  text(text: string): readonly GrammarEvent[];
  /** Thinking that AWS has already set apart. */
  reasoning(text: string): readonly GrammarEvent[];
  /** A tool call that AWS has already parsed. */
  call(piece: StructuredCallPiece): readonly GrammarEvent[];
  /** No more is coming: what was held back comes out, open calls are closed. */
  end(): readonly GrammarEvent[];
}

/** What a grammar needs to know of the request. */
export interface GrammarOptions {
  /** The prompt that was sent ended inside an open think tag, so the answer starts in thinking. */
  readonly startsInReasoning: boolean;
  /** Names of the offered tools. */
  readonly toolNames: readonly string[];
  /** JSON schemas of the offered tools' parameters, by tool name: to type values that come as bare text. */
  readonly toolSchemas: ReadonlyMap<string, unknown>;
  /** Makes an id for a call that came without one. */
  readonly createCallId: () => string;
}

/** The chat event of a grammar's event. */
export function toChatEvent(event: GrammarEvent, choice: number): ChatEvent {
  switch (event.type) {
    // Spelt out, because nearly every event is one of these.
    case "text-delta":
      return { type: "text-delta", choice, text: event.text };
    case "reasoning-delta":
      return { type: "reasoning-delta", choice, text: event.text };
    case "tool-call-start":
    case "tool-call-delta":
    case "tool-call-end":
      return { ...event, choice };
  }
}
