import { parseJson } from "../../core/json.ts";
import type { CallScope, CallSyntax } from "../call-syntax.ts";
import { type Cursor, type Reading, peek, peekOneOf, readLiteral, readName, readSpace } from "../cursor.ts";
import { readBareCalls } from "./bare-json.ts";
import { toJsonOfPythonArguments } from "./python-literal.ts";
import { type Next, readSeries } from "./series.ts";

/**
 * Llama 3.1's `<|python_tag|>`: calls as bare JSON behind it, or as Python (`name.call(key="value")`, which its
 * built-in tools use). Python code that calls no offered tool is text.
 * @see https://github.com/meta-llama/llama-models/blob/main/models/llama3_1/prompt_format.md
 */
export const pythonTagCalls: CallSyntax = {
  markers: ["<|python_tag|>"],
  isReserved: true,
  needsOffer: true,
  *read(scope) {
    const { cursor } = scope;
    yield* readSpace(cursor);
    if ((yield* peek(cursor)) === "{") yield* readBareCalls(scope);
    else {
      yield* readSeries(cursor, { readCall: () => readPythonCall(scope), readNext: () => readNext(scope) });
    }
  },
};

function* readNext({ cursor, endMarkers }: CallScope): Reading<Next> {
  yield* readSpace(cursor);
  if (!(yield* readLiteral(cursor, ";"))) return "other";
  yield* readSpace(cursor);
  const isLast = (yield* peek(cursor)) === "" || (yield* peekOneOf(cursor, endMarkers)) !== undefined;
  return isLast ? "end" : "call";
}

function* readPythonCall(scope: CallScope): Reading<boolean> {
  const { cursor } = scope;
  const name = (yield* readName(cursor)).replace(/\.call$/, "");
  if (!scope.accepts(name) || !(yield* readLiteral(cursor, "("))) return false;
  const text = yield* readParenthesis(cursor);
  const json = text === undefined ? undefined : toJsonOfPythonArguments(text);
  if (json === undefined || parseJson(json) === undefined) return false;
  const call = scope.open(name);
  call.arguments(json);
  call.end();
  return true;
}

/** Reads to the parenthesis that closes; undefined if none does. */
function* readParenthesis(cursor: Cursor): Reading<string | undefined> {
  let text = "";
  let quote = "";
  for (let depth = 1; ;) {
    let char = yield* peek(cursor);
    if (char === "") return undefined;
    cursor.skip(1);
    if (quote === "" && char === "(") depth++;
    if (quote === "" && char === ")" && --depth === 0) return text;
    if (char === quote) quote = "";
    else if (quote === "" && (char === '"' || char === "'")) quote = char;
    else if (quote !== "" && char === "\\") {
      char += yield* peek(cursor);
      cursor.skip(1);
    }
    text += char;
  }
}
