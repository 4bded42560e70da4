import type { CallScope, CallSyntax } from "../call-syntax.ts";
import { type Reading, peek, readLiteral, readOneOf, readSpace } from "../cursor.ts";
import { functionOpening, readFunction } from "./function-xml.ts";
import { readJsonCall } from "./json-call.ts";
import { type Next, readSeries } from "./series.ts";

const closer = "</tool_call>";

/** A closing tag, and the brace too many that Qwen2.5 sometimes writes before it. */
const endings = [closer, `}${closer}`, `}\n${closer}`];

/**
 * Qwen and Hermes: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, with several objects in one pair of
 * tags at times, or Qwen3-Coder's `<function=…>` in it.
 * @see https://huggingface.co/Qwen/Qwen2.5-7B-Instruct/blob/main/tokenizer_config.json
 */
export const hermesCalls: CallSyntax = {
  markers: ["<tool_call>"],
  read: (scope) =>
    readSeries(scope.cursor, { readCall: () => readCall(scope), readNext: () => readNext(scope) }),
};

function* readCall(scope: CallScope): Reading<boolean> {
  yield* readSpace(scope.cursor);
  if (yield* readLiteral(scope.cursor, functionOpening)) return yield* readFunction(scope);
  return yield* readJsonCall(scope, { closers: [closer] });
}

function* readNext({ cursor }: CallScope): Reading<Next> {
  yield* readSpace(cursor);
  if ((yield* readOneOf(cursor, endings)) !== undefined) return "end";
  return (yield* peek(cursor)) === "{" ? "call" : "other";
}
