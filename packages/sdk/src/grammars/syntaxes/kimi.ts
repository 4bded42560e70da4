import type { CallScope, CallSyntax } from "../call-syntax.ts";
import { type Reading, peek, peekOneOf, readLiteral, readName, readOneOf, readSpace } from "../cursor.ts";
import { readReservedArguments } from "./arguments.ts";
import { readClosing } from "./closing.ts";
import { type Next, readSeries } from "./series.ts";

const sectionBegins = ["<|tool_calls_section_begin|>", "<|tool_call_section_begin|>"];
const sectionEnds = ["<|tool_calls_section_end|>", "<|tool_call_section_end|>"];
const callBegin = "<|tool_call_begin|>";
const callEnd = "<|tool_call_end|>";
const argumentBegin = "<|tool_call_argument_begin|>";

/**
 * Kimi's own tokens, which Bedrock leaks into content and reasoning: a header `functions.name:index`, which is
 * the call's id as well, then the arguments. Any of the closing tokens may be missing.
 * @see https://huggingface.co/moonshotai/Kimi-K2-Thinking/blob/main/docs/tool_call_guidance.md
 */
export const kimiCalls: CallSyntax = {
  markers: [callBegin],
  strays: [...sectionBegins, ...sectionEnds, callEnd, argumentBegin],
  isReserved: true,
  read: (scope) =>
    readSeries(scope.cursor, { readCall: () => readCall(scope), readNext: () => readNext(scope) }),
};

function* readNext({ cursor }: CallScope): Reading<Next> {
  yield* readSpace(cursor);
  const next = yield* readOneOf(cursor, [callBegin, ...sectionEnds]);
  if (next === undefined) return "other";
  return next === callBegin ? "call" : "end";
}

function* readCall(scope: CallScope): Reading<boolean> {
  const { cursor, endMarkers } = scope;
  yield* readSpace(cursor);
  const header = yield* readName(cursor);
  const name = header.replace(/^functions\./, "").replace(/:\d+$/, "");
  if (!scope.accepts(name)) return false;
  yield* readSpace(cursor);
  const id = /:\d+$/.test(header) ? header : undefined;
  if (!(yield* readLiteral(cursor, argumentBegin)) && !(yield* isCallAlready(scope, id))) return false;
  const call = scope.open(name, id);
  yield* readSpace(cursor);
  const markers = [callEnd, callBegin, ...sectionEnds, ...endMarkers];
  yield* readReservedArguments(cursor, markers, call.arguments);
  call.end();
  yield* readClosing(cursor, callEnd);
  return true;
}

/** Whether it is a call without the token before its arguments: they stand there, or a header that says it all. */
function* isCallAlready({ cursor }: CallScope, id: string | undefined): Reading<boolean> {
  const next = yield* peek(cursor);
  if (next === "{" || id === undefined) return next === "{";
  return next === "" || (yield* peekOneOf(cursor, [callEnd])) !== undefined;
}
