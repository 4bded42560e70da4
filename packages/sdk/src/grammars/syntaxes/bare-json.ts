import type { CallScope, CallSyntax } from "../call-syntax.ts";
import { type Reading, peek, peekOneOf, readLiteral, readSpace } from "../cursor.ts";
import { readJsonCall } from "./json-call.ts";
import { type Next, readSeries } from "./series.ts";

/**
 * Llama 3.1: an answer that begins with `{"name": …, "parameters": {…}}` and names an offered tool. Several
 * are separated by `;` or whitespace.
 * @see https://github.com/meta-llama/llama-models/blob/main/models/llama3_1/prompt_format.md
 */
export const bareJsonCalls: CallSyntax = {
  markers: [],
  opening: "{",
  needsOffer: true,
  read: readBareCalls,
};

/** Reads bare calls one after the other. */
export function readBareCalls(scope: CallScope): Reading<void> {
  return readSeries(scope.cursor, {
    readCall: () => readJsonCall(scope, { isBare: true }),
    readNext: () => readNext(scope),
  });
}

function* readNext({ cursor, endMarkers }: CallScope): Reading<Next> {
  yield* readSpace(cursor);
  if (yield* readLiteral(cursor, ";")) yield* readSpace(cursor);
  const next = yield* peek(cursor);
  if (next === "{") return "call";
  const isLast = next === "" || (yield* peekOneOf(cursor, endMarkers)) !== undefined;
  return isLast ? "end" : "other";
}
