import type { OpenCall } from "../call-log.ts";
import type { CallScope } from "../call-syntax.ts";

/** When a call that is written as a JSON object is certain enough to be opened. */
export interface DraftRules {
  /** Nothing announced the object: it must hold a call's keys alone, and arguments among them. */
  readonly isBare?: boolean;
  /** The id may stand behind the arguments (Mistral), so short arguments wait for it. */
  readonly hasIdLast?: boolean;
}

/** A call of which name, id and arguments come in any order. */
export interface CallDraft {
  hasName(): boolean;
  hasArguments(): boolean;
  /** False if there can be no call of this name. */
  name(text: string): boolean;
  id(text: string): void;
  /** The arguments begin. */
  begin(): void;
  arguments(piece: string): void;
  /** No more is coming. Whether it is a call. */
  finish(isWhole: boolean): boolean;
}

/** Arguments longer than this, in characters, do not wait for an id that may follow them. */
const longestWait = 2_000;

/** A fresh draft. */
export function createCallDraft(
  scope: CallScope,
  { isBare = false, hasIdLast = false }: DraftRules,
): CallDraft {
  let name: string | undefined;
  let id: string | undefined;
  let call: OpenCall | undefined;
  let hasArguments = false;
  let early = "";

  return {
    hasName: () => name !== undefined,
    hasArguments: () => hasArguments,
    name(text) {
      if (!scope.accepts(text)) return false;
      name = text;
      if (!hasIdLast && !isBare) open();
      return true;
    },
    id(text) {
      id = text;
    },
    begin() {
      hasArguments = true;
      if (!hasIdLast) open();
    },
    arguments(piece) {
      if (call) call.arguments(piece);
      else early += piece;
      if (hasIdLast && early.length > longestWait) open();
    },
    finish(isWhole) {
      if (hasArguments || !isBare) open();
      if (isWhole && !hasArguments) call?.arguments("{}");
      call?.end();
      return call !== undefined;
    },
  };

  /** Opens the call, if its name is known. */
  function open(): void {
    if (call || name === undefined) return;
    call = scope.open(name, id);
    if (early !== "") call.arguments(early);
    early = "";
  }
}
