import type { OpenCall } from "../call-log.ts";
import type { CallScope } from "../call-syntax.ts";
import { type Reading, peek } from "../cursor.ts";
import { type MemberReader, readObject, readString, readValue } from "../json-reading.ts";
import { readArguments } from "./arguments.ts";

export interface JsonCallRules {
  /** Nothing announced the object: it must hold a call's keys alone, and arguments among them. */
  readonly isBare?: boolean;
  /** The id may stand behind the arguments (Mistral), so short arguments wait for it. */
  readonly hasIdLast?: boolean;
  /** Closing tags that end broken JSON. */
  readonly closers?: readonly string[];
}

/** Arguments longer than this, in characters, do not wait for an id that may follow them. */
const longestWait = 2_000;

/**
 * Reads a call that is written as a JSON object: `{"name", "arguments"}`, with `parameters` for `arguments`
 * (Llama), in any order, and wrapped in `{"type": "function", "function": …}` (OpenAI). False if it is none.
 */
export function* readJsonCall(scope: CallScope, rules: JsonCallRules): Reading<boolean> {
  const draft = createDraft(scope, rules);
  const isWhole = yield* readObject(scope.cursor, draft.readMember);
  return draft.finish(isWhole);
}

interface Draft {
  readonly readMember: MemberReader;
  /** Whether it is a call, now that no more of it is coming. */
  finish(isWhole: boolean): boolean;
}

function createDraft(
  scope: CallScope,
  { isBare = false, hasIdLast = false, closers = [] }: JsonCallRules,
): Draft {
  const { cursor } = scope;
  const stops = { markers: [...closers, ...scope.endMarkers], areReserved: false };
  let name: string | undefined;
  let id: string | undefined;
  let call: OpenCall | undefined;
  let hasArguments = false;
  let early = "";

  return { readMember, finish };

  function* readMember(key: string): Reading<boolean> {
    switch (key) {
      case "name":
        return name === undefined ? yield* readToolName() : yield* skipValue();
      case "arguments":
      case "parameters":
        return hasArguments ? yield* skipValue() : yield* readCallArguments();
      case "id":
        id = yield* readString(cursor);
        return id !== undefined || (yield* skipValue());
      case "type":
        return isBare ? (yield* readString(cursor)) === "function" : yield* skipValue();
      case "function":
        return (yield* peek(cursor)) === "{" ? yield* readObject(cursor, readMember) : yield* readToolName();
      default:
        return !isBare && (yield* skipValue());
    }
  }

  function* readToolName(): Reading<boolean> {
    name = yield* readString(cursor);
    if (name === undefined || !scope.accepts(name)) return false;
    if ((!isBare && !hasIdLast) || (isBare && hasArguments)) open(name);
    return true;
  }

  function* readCallArguments(): Reading<boolean> {
    hasArguments = true;
    if (isBare && name !== undefined) open(name);
    return yield* readArguments(cursor, stops, (piece) => {
      if (call) call.arguments(piece);
      else early += piece;
      if (!call && hasIdLast && name !== undefined && early.length > longestWait) open(name);
    });
  }

  function skipValue(): Reading<boolean> {
    return readValue(cursor, stops, () => undefined);
  }

  function open(known: string): void {
    call = scope.open(known, id);
    if (early !== "") call.arguments(early);
  }

  function finish(isWhole: boolean): boolean {
    if (!call && name !== undefined && scope.accepts(name) && (hasArguments || !isBare)) open(name);
    if (!call) return false;
    if (isWhole && !hasArguments) call.arguments("{}");
    call.end();
    return true;
  }
}
