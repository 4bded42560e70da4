import type { StructuredCallPiece } from "../core/grammar.ts";
import type { CallLog, OpenCall } from "./call-log.ts";
import { type JsonSpan, createJsonSpan } from "./json-span.ts";

/** Calls that AWS has parsed, as their pieces come. */
export interface StructuredCalls {
  /** @param onBegin called when the piece is a new call's first */
  push(piece: StructuredCallPiece, onBegin: () => void): void;
  /** The answer goes on elsewhere: calls whose arguments are whole have ended. */
  settle(): void;
  end(): void;
}

interface Draft {
  id: string | undefined;
  name: string | undefined;
  /** Arguments that came before the name. */
  early: string;
  call: OpenCall | undefined;
  readonly span: JsonSpan;
  isEmpty: boolean;
}

/**
 * A fresh reader of pieces. Nothing marks a call's end in OpenAI's stream: it ends when its JSON is whole
 * and something else comes, or with the answer.
 */
export function createStructuredCalls(log: CallLog): StructuredCalls {
  const drafts = new Map<number, Draft>();

  return {
    push(piece, onBegin) {
      let draft = drafts.get(piece.index);
      if (!draft || isAnother(piece, draft)) {
        if (draft) finish(draft);
        settle();
        onBegin();
        draft = createDraft();
        drafts.set(piece.index, draft);
      }
      take(draft, piece);
    },
    settle,
    end: () => drafts.forEach(finish),
  };

  function take(draft: Draft, piece: StructuredCallPiece): void {
    draft.id ??= piece.id;
    draft.name ??= piece.name === undefined ? undefined : cleanName(piece.name);
    const text = piece.arguments ?? "";
    if (text !== "") draft.isEmpty = false;
    draft.span.push(text, true);
    if (draft.call) draft.call.arguments(text);
    else draft.early += text;
    if (draft.call || !draft.name) return;
    draft.call = log.open({ name: draft.name, id: draft.id, source: "structured" });
    draft.call.arguments(draft.early);
  }

  function settle(): void {
    for (const draft of drafts.values()) if (draft.span.state() === "ended") finish(draft);
  }
}

function createDraft(): Draft {
  const span = createJsonSpan({ markers: [], areReserved: false });
  return { id: undefined, name: undefined, early: "", call: undefined, span, isEmpty: true };
}

function finish({ call, isEmpty }: Draft): void {
  if (isEmpty) call?.arguments("{}");
  call?.end();
}

/** Some servers give every call the same index: a piece with another id and a name begins another call. */
function isAnother(piece: StructuredCallPiece, draft: Draft): boolean {
  return (
    piece.id !== undefined && piece.name !== undefined && draft.id !== undefined && piece.id !== draft.id
  );
}

/** gpt-oss leaks Harmony's tokens into the name on Bedrock (`json<|channel|>commentary`). */
function cleanName(name: string): string {
  return name.split("<|")[0]?.trim() ?? "";
}
