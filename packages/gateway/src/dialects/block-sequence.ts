import type { ChatEvent, CompletionChoice } from "@outcrop/sdk";

/** A part of an answer as Anthropic's and OpenAI's newer APIs see it. `text` is a call's arguments, too. */
export type Block =
  | { readonly kind: "reasoning"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool-call"; readonly text: string; readonly id: string; readonly name: string };

/** What happens to one block; `index` counts the blocks of an answer from 0. */
export type BlockEvent =
  /** The block begins; it has no text yet. */
  | { readonly type: "start"; readonly index: number; readonly block: Block }
  /** A piece of the text of the block that has begun. */
  | { readonly type: "delta"; readonly index: number; readonly block: Block; readonly text: string }
  /** The block ends; here it has all of its text, if that was kept. */
  | { readonly type: "stop"; readonly index: number; readonly block: Block };

/** Turns the events of an answer's first choice into blocks, one after another and never two at once. */
export interface BlockSequence {
  /** At `finish` all that is open or waiting comes out; so the answer's last block stops there and not before. */
  push(event: ChatEvent): readonly BlockEvent[];
}

/** The blocks of a whole answer. */
export function blocksOf({ reasoning, text, toolCalls }: CompletionChoice): readonly Block[] {
  return [
    ...(reasoning === "" ? [] : [{ kind: "reasoning", text: reasoning } as const]),
    ...(text === "" ? [] : [{ kind: "text", text } as const]),
    ...toolCalls.map(
      ({ id, name, arguments: json }) => ({ kind: "tool-call", id, name, text: json }) as const,
    ),
  ];
}

export interface BlockSequenceOptions {
  /** Whether text and thinking are kept until their block stops, however long they are. A call's arguments always are. */
  readonly keepsText: boolean;
}

/**
 * A fresh sequence. A model may write several calls at once; the later ones wait, as no client of these
 * APIs keeps two blocks open.
 */
export function createBlockSequence(options: BlockSequenceOptions = { keepsText: true }): BlockSequence {
  const queue = createBlockQueue(options);
  const calls = new Map<number, Draft>();

  return {
    push(event) {
      if (event.type === "finish") return [...queue.advance(true)];
      if (event.choice !== 0) return [];
      take(event);
      return [...queue.advance(false)];
    },
  };

  function take(event: Exclude<ChatEvent, { type: "finish" }>): void {
    switch (event.type) {
      case "text-delta":
        return write("text", event.text);
      case "reasoning-delta":
        return write("reasoning", event.text);
      case "tool-call-start": {
        const { id, name } = event;
        calls.set(event.index, queue.add({ kind: "tool-call", id, name, text: "" }, false));
        return;
      }
      case "tool-call-delta": {
        const draft = calls.get(event.index);
        if (draft) draft.waiting += event.arguments;
        return;
      }
      case "tool-call-end": {
        const draft = calls.get(event.index);
        if (draft) draft.whole = true;
        return;
      }
      case "logprobs":
        return;
    }
  }

  function write(kind: "text" | "reasoning", text: string): void {
    if (text === "") return;
    const last = queue.last();
    const draft = last?.block.kind === kind ? last : queue.add({ kind, text: "" }, true);
    draft.waiting += text;
  }
}

interface Draft {
  /** As it begins, without text. */
  readonly block: Block;
  /** A call is whole when the model says so; text and thinking when anything else begins. */
  whole: boolean;
  started: boolean;
  shown: string;
  waiting: string;
}

/** Blocks in the order in which they began. The first of them is live: what it is given is shown at once. */
interface BlockQueue {
  add(block: Block, whole: boolean): Draft;
  last(): Draft | undefined;
  /** Shows what can be shown now; all of it, when nothing more is coming. */
  advance(finished: boolean): Iterable<BlockEvent>;
}

function createBlockQueue({ keepsText }: BlockSequenceOptions): BlockQueue {
  const queue: Draft[] = [];
  let index = 0;

  return {
    add(block, whole) {
      const draft = { block, whole, started: false, shown: "", waiting: "" };
      queue.push(draft);
      return draft;
    },
    last: () => queue.at(-1),
    *advance(finished) {
      for (let head = queue[0]; head; head = queue[0]) {
        yield* show(head, index);
        if (!keepsText && head.block.kind !== "tool-call") head.shown = "";
        if (!finished && !(head.whole && queue.length > 1)) return;
        yield { type: "stop", index, block: { ...head.block, text: head.shown } };
        queue.shift();
        index += 1;
      }
    },
  };
}

function* show(draft: Draft, index: number): Generator<BlockEvent> {
  const { block, started, waiting } = draft;
  draft.started = true;
  draft.shown += waiting;
  draft.waiting = "";
  if (!started) yield { type: "start", index, block };
  if (waiting !== "") yield { type: "delta", index, block, text: waiting };
}
