import type { GrammarEvent } from "../core/grammar.ts";
import { createLane } from "./lane.ts";
import { type Twin, type TwinCheck, createTwinCheck, toTwin } from "./same-call.ts";

/** A call as it begins. */
export interface CallHead {
  readonly name: string;
  /** The id that came with it. */
  readonly id?: string | undefined;
  /** Whether the model wrote it into its text, or AWS parsed it. */
  readonly source: "text" | "structured";
}

/** A call whose arguments are coming. */
export interface OpenCall {
  /** More of the arguments' JSON text; whitespace around it is trimmed. */
  readonly arguments: (piece: string) => void;
  readonly end: () => void;
}

/** All calls of one answer, whoever found them: one after the other, each once, with an index and an id. */
export interface CallLog {
  open(head: CallHead): OpenCall;
}

export interface CallLogOptions {
  readonly emit: (event: GrammarEvent) => void;
  readonly createCallId: () => string;
}

interface Entry extends CallHead {
  /** Undefined until the call is reported. */
  index: number | undefined;
  arguments: string;
  unsent: string;
  hasEnded: boolean;
  /** Made when it is the call's turn. */
  check: TwinCheck | undefined;
  /** Made when a later call may be the same. */
  twin: Twin | undefined;
}

/** A call is compared with this many calls before it at most, so that a runaway answer stays cheap. */
const mostTwins = 100;

/**
 * A fresh log. A call that an earlier one may equal is held until its arguments differ or it ends: Kimi
 * leaks a call into its text and then sends it once more, parsed. Calls that come interleaved wait for
 * each other.
 */
export function createCallLog({ emit, createCallId }: CallLogOptions): CallLog {
  const waiting: Entry[] = [];
  const reported: Entry[] = [];
  const ids = new Set<string>();

  return {
    open(head) {
      const entry = createEntry(head);
      waiting.push(entry);
      advance();
      return openCallOf(entry, advance);
    },
  };

  function advance(): void {
    for (let entry = waiting[0]; entry; entry = waiting[0]) {
      const verdict = entry.index === undefined ? judge(entry) : "new";
      if (verdict === "open") return;
      if (verdict === "new") send(entry);
      if (!entry.hasEnded) return;
      waiting.shift();
    }
  }

  function judge(entry: Entry): "new" | "twin" | "open" {
    entry.check ??= createCheck(entry);
    if (!entry.check.mayMatch()) return "new";
    if (!entry.hasEnded) return "open";
    return entry.check.matches(entry.arguments) ? "twin" : "new";
  }

  function createCheck(entry: Entry): TwinCheck {
    const earlier = reported
      .slice(-mostTwins)
      .filter((other) => other.name === entry.name && !haveOtherIds(entry, other));
    const check = createTwinCheck(earlier.map((other) => (other.twin ??= toTwin(other.arguments))));
    check.push(entry.arguments);
    return check;
  }

  function send(entry: Entry): void {
    if (entry.index === undefined) {
      entry.index = reported.push(entry) - 1;
      emit({ type: "tool-call-start", index: entry.index, id: freshId(entry.id), name: entry.name });
    }
    if (entry.unsent !== "") emit({ type: "tool-call-delta", index: entry.index, arguments: entry.unsent });
    entry.unsent = "";
    if (entry.hasEnded) emit({ type: "tool-call-end", index: entry.index });
  }

  /** The call's own id, unless another call of this answer has it: results are told apart by it. */
  function freshId(own: string | undefined): string {
    const id = own === undefined || ids.has(own) ? createCallId() : own;
    ids.add(id);
    return id;
  }
}

function createEntry(head: CallHead): Entry {
  return {
    ...head,
    index: undefined,
    arguments: "",
    unsent: "",
    hasEnded: false,
    check: undefined,
    twin: undefined,
  };
}

function openCallOf(entry: Entry, advance: () => void): OpenCall {
  const lane = createLane((piece) => {
    entry.arguments += piece;
    entry.unsent += piece;
    if (entry.index === undefined) entry.check?.push(piece);
  });
  lane.trimStart();
  return {
    arguments(piece) {
      lane.push(piece);
      advance();
    },
    end() {
      entry.hasEnded = true;
      advance();
    },
  };
}

/**
 * Whether the ids say that these are two calls. A server may give a call that it parsed an id of its own,
 * so against one in the text only ids of the model's kind count, such as Kimi's `functions.name:0`.
 */
function haveOtherIds(one: CallHead, other: CallHead): boolean {
  if (one.id === undefined || other.id === undefined || one.id === other.id) return false;
  return one.source === other.source || (isModelId(one.id) && isModelId(other.id));
}

function isModelId(id: string): boolean {
  return /:\d+$/.test(id);
}
