import type { JsonObject, TokenLogprob } from "@outcrop/sdk";
import type { Block, BlockEvent } from "../block-sequence.ts";
import type { NamedEvent } from "../server-sent-events.ts";
import { type ItemForm, type ItemState, itemFormOf, toOutputItem, toOutputLogprob } from "./output-item.ts";
import { type ResponseContext, itemId } from "./to-response.ts";

/** Turns the blocks of an answer into the events of output items. */
export interface ItemEvents {
  /** Log probabilities go with the text that comes next, or with the end of its item. */
  addLogprobs(content: readonly TokenLogprob[]): void;
  /** The events of one step; `status` is that of the item if this is its last step. */
  toEvents(step: BlockEvent, status: ItemState["status"]): readonly NamedEvent[];
  /** The items that are done. */
  readonly output: readonly JsonObject[];
}

/** A fresh writer for one stream. */
export function createItemEvents(context: ResponseContext): ItemEvents {
  const output: JsonObject[] = [];
  const logprobs = createLogprobQueue();

  return {
    addLogprobs: (content) => logprobs.add(content),
    output,
    toEvents(step, status) {
      const item = openItem(step, context);
      if (step.type === "start") return begun(item);
      const isText = step.block.kind === "text";
      if (step.type === "delta") return [written(item, step.text, isText ? logprobs.takeNew() : undefined)];
      const tokens = isText ? logprobs.takeAll() : undefined;
      const whole = toOutputItem(step.block, item.form, { id: item.id, status, logprobs: tokens ?? [] });
      output.push(whole);
      return [
        ...ended(item, tokens),
        { type: "response.output_item.done", output_index: step.index, item: whole },
      ];
    },
  };
}

/** An item that is being written. */
interface OpenItem {
  readonly block: Block;
  readonly form: ItemForm;
  readonly id: string;
  readonly index: number;
  /** Where its events say that they belong. */
  readonly place: JsonObject;
}

function openItem({ block, index }: BlockEvent, context: ResponseContext): OpenItem {
  const form = itemFormOf(block, context.reasoningForm);
  const id = itemId(form.idPrefix, index, context);
  return { block, form, id, index, place: { item_id: id, output_index: index, ...form.part?.place } };
}

function begun({ block, form, id, index, place }: OpenItem): readonly NamedEvent[] {
  const item = toOutputItem(block, form, { id, status: "in_progress", logprobs: [] });
  const added = { type: "response.output_item.added", output_index: index, item };
  if (!form.part) return [added];
  return [added, { type: `${form.part.event}.added`, ...place, part: form.part.toPart("", []) }];
}

/** Log probabilities, of which the events of text have a list, and no others. */
type Logprobs = readonly JsonObject[] | undefined;

function written({ form, place }: OpenItem, delta: string, logprobs: Logprobs): NamedEvent {
  return { type: `${form.textEvent}.delta`, ...place, delta, ...(logprobs && { logprobs }) };
}

function ended({ block, form, place }: OpenItem, logprobs: Logprobs): readonly NamedEvent[] {
  const type = `${form.textEvent}.done`;
  if (!form.part) return [{ type, ...place, arguments: block.text }];
  const part = form.part.toPart(block.text, logprobs ?? []);
  return [
    { type, ...place, text: block.text, ...(logprobs && { logprobs }) },
    { type: `${form.part.event}.done`, ...place, part },
  ];
}

/** Log probabilities of the text that is being written. */
function createLogprobQueue() {
  let told: JsonObject[] = [];
  let waiting: JsonObject[] = [];

  function takeNew(): readonly JsonObject[] {
    const taken = waiting;
    for (const entry of taken) told.push(entry);
    waiting = [];
    return taken;
  }

  function takeAll(): readonly JsonObject[] {
    takeNew();
    const taken = told;
    told = [];
    return taken;
  }

  function add(content: readonly TokenLogprob[]): void {
    for (const token of content) waiting.push(toOutputLogprob(token));
  }

  return { add, takeNew, takeAll };
}
