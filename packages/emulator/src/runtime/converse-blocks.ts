import type { AnswerEvent } from "../aws/answer-frames.ts";
import { createRandom } from "../base/random.ts";
import type { JsonObject } from "../prompt/json.ts";
import type { End, Token } from "../text/answer.ts";
import type { AnswerFacts } from "./call.ts";

/**
 * Whether reasoning stands in the text as ` <think> … </think> `, rather than in blocks of its own. Live
 * captures of Kimi show both, seemingly at random: here the prompt decides.
 */
export function reasonsInText({ call }: AnswerFacts): boolean {
  if (call.model.reasoning === "think-tags") return true;
  return call.model.dialect === "kimi" && createRandom(`form ${call.prompt.text}`).next() < 0.5;
}

/** Turns tokens into the events of content blocks. */
export interface BlockWriter {
  write(token: Exclude<Token, End>): AnswerEvent[];
  /** `cut` leaves an open tag open, as a model does that ran out of tokens. */
  close(cut: boolean): AnswerEvent[];
}

type BlockKind = "text" | "reasoning" | "call";

export function createBlockWriter(facts: AnswerFacts): BlockWriter {
  const inText = reasonsInText(facts);
  const blocks = createBlocks(facts.call.model.dialect === "kimi" && !inText);
  let thinking = false;
  let called = 0;

  /** Opens or closes the tags where reasoning stands in the text. */
  const tag = (wanted: boolean): AnswerEvent[] => {
    if (thinking === wanted) return [];
    thinking = wanted;
    return blocks.add("text", { text: wanted ? " <think> " : " </think> " });
  };

  return {
    write: (token) => {
      switch (token.type) {
        case "reasoning":
          if (inText) return [...tag(true), ...blocks.add("text", { text: token.text })];
          return blocks.add("reasoning", { reasoningContent: { text: token.text } });
        case "text":
          return [...tag(false), ...blocks.add("text", { text: token.text })];
        case "call": {
          const toolUseId = token.id ?? facts.callId(token.name, called++);
          return [...tag(false), ...blocks.start({ toolUseId, name: token.name })];
        }
        case "arguments":
          return blocks.add("call", { toolUse: { input: token.text } });
      }
    },
    close: (cut) => [...(cut ? [] : tag(false)), ...blocks.end()],
  };
}

interface Blocks {
  /** A delta of the open block if that is of the kind, of a new one otherwise. */
  add(kind: BlockKind, delta: JsonObject): AnswerEvent[];
  /** A new block of a tool call: only these have a start event. */
  start(toolUse: JsonObject): AnswerEvent[];
  end(): AnswerEvent[];
}

/** `spaced`: Kimi's live stream has empty text blocks before each other block, and after a call. */
function createBlocks(spaced: boolean): Blocks {
  let index = -1;
  let open: BlockKind | undefined;
  const event = (type: string, payload: JsonObject = {}): AnswerEvent => ({
    type,
    payload: { contentBlockIndex: index, ...payload },
  });
  const stop = (): AnswerEvent[] => (open === undefined ? [] : [event("contentBlockStop")]);
  const emptyText = (): AnswerEvent[] => {
    index++;
    return [event("contentBlockDelta", { delta: { text: "" } }), event("contentBlockStop")];
  };
  const begin = (kind: BlockKind): AnswerEvent[] => {
    const before = [...stop(), ...(spaced && kind !== "text" ? emptyText() : [])];
    index++;
    open = kind;
    return before;
  };

  return {
    add: (kind, delta) => {
      const begun = open === kind ? [] : begin(kind);
      return [...begun, event("contentBlockDelta", { delta })];
    },
    start: (toolUse) => {
      const begun = begin("call");
      return [...begun, event("contentBlockStart", { start: { toolUse } })];
    },
    end: () => {
      const stopped = stop();
      return spaced && open === "call" ? [...stopped, ...emptyText()] : stopped;
    },
  };
}
