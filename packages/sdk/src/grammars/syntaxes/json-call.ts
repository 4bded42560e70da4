import type { CallScope } from "../call-syntax.ts";
import { type Reading, peek } from "../cursor.ts";
import { type MemberReading, readObject, readString, readValue } from "../json-reading.ts";
import { readArguments } from "./arguments.ts";
import { type CallDraft, type DraftRules, createCallDraft } from "./call-draft.ts";

export interface JsonCallRules extends DraftRules {
  /** Closing tags that end broken JSON. */
  readonly closers?: readonly string[];
}

const callKeys = ["name", "arguments", "parameters", "id", "type", "function"];

/**
 * Reads a call that is written as a JSON object: `{"name", "arguments"}`, with `parameters` for `arguments`
 * (Llama), in any order, and wrapped in `{"type": "function", "function": …}` (OpenAI). False if it is none.
 */
export function* readJsonCall(scope: CallScope, rules: JsonCallRules): Reading<boolean> {
  const draft = createCallDraft(scope, rules);
  const isWhole = yield* readObject(scope.cursor, membersOf(draft, scope, rules));
  return draft.finish(isWhole);
}

function membersOf(draft: CallDraft, { cursor, endMarkers }: CallScope, rules: JsonCallRules): MemberReading {
  const { isBare = false, closers = [] } = rules;
  const stops = { markers: [...closers, ...endMarkers], areReserved: false };
  const members = { readMember, keys: isBare ? callKeys : undefined };
  return members;

  function* readMember(key: string): Reading<boolean> {
    switch (key) {
      case "name":
        return yield* readName();
      case "arguments":
      case "parameters":
        if (draft.hasArguments()) return yield* skipValue();
        draft.begin();
        return yield* readArguments(cursor, stops, (piece) => draft.arguments(piece));
      case "id":
        return yield* readId();
      case "type":
        return isBare ? (yield* readString(cursor)) === "function" : yield* skipValue();
      case "function":
        return (yield* peek(cursor)) === "{" ? yield* readObject(cursor, members) : yield* readName();
      default:
        return yield* skipValue();
    }
  }

  function* readName(): Reading<boolean> {
    if (draft.hasName()) return yield* skipValue();
    const name = yield* readString(cursor);
    return name !== undefined && draft.name(name);
  }

  function* readId(): Reading<boolean> {
    if ((yield* peek(cursor)) !== '"') return yield* skipValue();
    const id = yield* readString(cursor);
    if (id) draft.id(id);
    return id !== undefined;
  }

  function skipValue(): Reading<boolean> {
    return readValue(cursor, stops, () => undefined);
  }
}
