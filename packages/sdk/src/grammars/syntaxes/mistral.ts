import type { CallScope, CallSyntax } from "../call-syntax.ts";
import { type Reading, peek, readLiteral, readName, readSpace } from "../cursor.ts";
import { readArguments } from "./arguments.ts";
import { readJsonCall } from "./json-call.ts";
import { type Next, readSeries } from "./series.ts";

/**
 * Mistral: `[TOOL_CALLS] [{"name": …, "arguments": {…}, "id": …}, …]` up to v3 of its tokenizer, and from v11 on
 * `[TOOL_CALLS]name[ARGS]{…}`, with `[CALL_ID]id` before the arguments at times.
 * @see https://docs.mistral.ai/guides/tokenization
 */
export const mistralCalls: CallSyntax = {
  markers: ["[TOOL_CALLS]"],
  *read(scope) {
    const { cursor } = scope;
    yield* readSpace(cursor);
    const isList = yield* readLiteral(cursor, "[");
    yield* readSpace(cursor);
    if ((yield* peek(cursor)) === "{") {
      yield* readSeries(cursor, {
        readCall: () => readJsonCall(scope, { hasIdLast: true }),
        readNext: () => readNext(scope),
      });
    } else if (!isList) yield* readNamedCall(scope);
  },
};

function* readNext({ cursor }: CallScope): Reading<Next> {
  yield* readSpace(cursor);
  if (yield* readLiteral(cursor, "]")) return "end";
  if (yield* readLiteral(cursor, ",")) yield* readSpace(cursor);
  return (yield* peek(cursor)) === "{" ? "call" : "other";
}

function* readNamedCall(scope: CallScope): Reading<void> {
  const { cursor } = scope;
  const name = yield* readName(cursor);
  if (!scope.accepts(name)) return;
  yield* readSpace(cursor);
  const id = (yield* readLiteral(cursor, "[CALL_ID]")) ? yield* readName(cursor) : undefined;
  yield* readSpace(cursor);
  yield* readLiteral(cursor, "[ARGS]");
  yield* readSpace(cursor);
  if ((yield* peek(cursor)) !== "{") return;
  const call = scope.open(name, id);
  yield* readArguments(cursor, { markers: scope.endMarkers, areReserved: false }, call.arguments);
  call.end();
}
