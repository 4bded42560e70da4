import type { JsonObject, TokenLogprob } from "@outcrop/sdk";
import type { Block } from "../block-sequence.ts";

/**
 * Where a response says what the model thought: as it stands, or as the summary, for clients that ask for
 * one and look nowhere else. It is the same text, as nothing here summarises.
 */
export type ReasoningForm = "reasoning" | "summary";

/** How one kind of output item is written. */
export interface ItemForm {
  readonly idPrefix: string;
  /** What the events of its text are called, before `.delta` and `.done`. */
  readonly textEvent: string;
  /** Present where the text stands in a part of the item: not in a call. */
  readonly part?: PartForm;
  toItem(block: Block, parts: readonly JsonObject[]): JsonObject;
}

interface PartForm {
  /** What the events of the part are called, before `.added` and `.done`. */
  readonly event: string;
  /** Where the part stands in its item. */
  readonly place: JsonObject;
  toPart(text: string, logprobs: readonly JsonObject[]): JsonObject;
}

/** An item as far as it has come. */
export interface ItemState {
  readonly id: string;
  readonly status: "in_progress" | "completed" | "incomplete";
  readonly logprobs: readonly JsonObject[];
}

/** The output item of a block. One in progress has no parts yet. */
export function toOutputItem(block: Block, form: ItemForm, { id, status, logprobs }: ItemState): JsonObject {
  const parts = status === "in_progress" || !form.part ? [] : [form.part.toPart(block.text, logprobs)];
  return { id, status, ...form.toItem(block, parts) };
}

/** The form of a block. */
export function itemFormOf({ kind }: Block, reasoningForm: ReasoningForm): ItemForm {
  return forms[kind === "reasoning" ? reasoningForm : kind];
}

const forms: Readonly<Record<Block["kind"] | ReasoningForm, ItemForm>> = {
  text: {
    idPrefix: "msg",
    textEvent: "response.output_text",
    part: {
      event: "response.content_part",
      place: { content_index: 0 },
      toPart: (text, logprobs) => ({ type: "output_text", text, annotations: [], logprobs }),
    },
    toItem: (_, content) => ({ type: "message", role: "assistant", content }),
  },
  reasoning: {
    idPrefix: "rs",
    textEvent: "response.reasoning_text",
    part: {
      event: "response.content_part",
      place: { content_index: 0 },
      toPart: (text) => ({ type: "reasoning_text", text }),
    },
    toItem: (_, content) => ({ type: "reasoning", summary: [], content }),
  },
  summary: {
    idPrefix: "rs",
    textEvent: "response.reasoning_summary_text",
    part: {
      event: "response.reasoning_summary_part",
      place: { summary_index: 0 },
      toPart: (text) => ({ type: "summary_text", text }),
    },
    toItem: (_, summary) => ({ type: "reasoning", summary }),
  },
  "tool-call": {
    idPrefix: "fc",
    textEvent: "response.function_call_arguments",
    toItem: (block) => ({ type: "function_call", ...calleeOf(block), arguments: block.text }),
  },
};

function calleeOf(block: Block): JsonObject {
  return block.kind === "tool-call" ? { call_id: block.id, name: block.name } : {};
}

/** One token's log probability; OpenAI's clients want a list of bytes. */
export function toOutputLogprob({ token, logprob, bytes, top_logprobs }: TokenLogprob): JsonObject {
  const top = top_logprobs.map((other) => ({
    token: other.token,
    logprob: other.logprob,
    bytes: other.bytes ?? [],
  }));
  return { token, logprob, bytes: bytes ?? [], top_logprobs: top };
}
