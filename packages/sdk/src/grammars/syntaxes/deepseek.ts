import type { CallScope, CallSyntax } from "../call-syntax.ts";
import { type Reading, peek, readLiteral, readName, readOneOf, readSpace } from "../cursor.ts";
import { readReservedArguments } from "./arguments.ts";
import { readClosing } from "./closing.ts";
import { type Next, readSeries } from "./series.ts";

const sectionBegin = "<｜tool▁calls▁begin｜>";
const sectionEnd = "<｜tool▁calls▁end｜>";
const callBegin = "<｜tool▁call▁begin｜>";
const callEnd = "<｜tool▁call▁end｜>";
const separator = "<｜tool▁sep｜>";

/**
 * DeepSeek: `function`, the separator, the name, and the arguments in a fence that may be missing; or, since
 * V3.1, the name, the separator and the arguments.
 * @see https://huggingface.co/deepseek-ai/DeepSeek-R1/blob/main/tokenizer_config.json
 */
export const deepseekCalls: CallSyntax = {
  markers: [callBegin],
  strays: [sectionBegin, sectionEnd, callEnd, separator],
  isReserved: true,
  read: (scope) =>
    readSeries(scope.cursor, { readCall: () => readCall(scope), readNext: () => readNext(scope) }),
};

function* readNext({ cursor }: CallScope): Reading<Next> {
  yield* readSpace(cursor);
  const next = yield* readOneOf(cursor, [callBegin, sectionEnd]);
  if (next === undefined) return "other";
  return next === callBegin ? "call" : "end";
}

function* readCall(scope: CallScope): Reading<boolean> {
  const { cursor, endMarkers } = scope;
  const name = yield* readCallName(scope);
  if (!scope.accepts(name)) return false;
  const call = scope.open(name);
  yield* readSpace(cursor);
  yield* readOneOf(cursor, ["```json", "```"]);
  yield* readSpace(cursor);
  yield* readReservedArguments(cursor, [callEnd, sectionEnd, ...endMarkers], call.arguments);
  call.end();
  yield* readClosing(cursor, "```");
  yield* readClosing(cursor, callEnd);
  return true;
}

/** Reads up to the arguments; "" where no name stands. */
function* readCallName({ cursor }: CallScope): Reading<string> {
  yield* readSpace(cursor);
  const kind = yield* readName(cursor);
  yield* readSpace(cursor);
  if (!(yield* readLiteral(cursor, separator))) return "";
  yield* readSpace(cursor);
  const hasArguments = ["{", "`"].includes(yield* peek(cursor));
  return hasArguments ? kind : yield* readName(cursor);
}
