import type { OpenCall } from "../call-log.ts";
import type { CallScope, CallSyntax } from "../call-syntax.ts";
import {
  type Reading,
  peek,
  peekOneOf,
  readKey,
  readLiteral,
  readName,
  readOneOf,
  readSpace,
  readUntil,
} from "../cursor.ts";
import { readClosing } from "./closing.ts";
import { readArguments } from "./arguments.ts";
import { createParameterValue } from "./parameter-value.ts";

export const functionOpening = "<function=";

const functionClosing = "</function>";
const parameterOpening = "<parameter=";
const parameterClosing = "</parameter>";
const wrapperClosing = "</tool_call>";

/**
 * `<function=name><parameter=key>value</parameter></function>`, as Qwen3-Coder is taught and Kimi leaks it,
 * or with a JSON object inside, as Meta's prompt guide for Llama 3.1 has it. Closing tags may be missing.
 * @see https://github.com/vercel/ai/issues/11409
 */
export const functionXmlCalls: CallSyntax = {
  markers: [functionOpening],
  *read(scope) {
    const { cursor } = scope;
    if (yield* readFunction(scope)) yield* readClosing(cursor, wrapperClosing);
  },
};

/** Reads one call behind `<function=`. */
export function* readFunction(scope: CallScope): Reading<boolean> {
  const { cursor } = scope;
  const name = yield* readName(cursor);
  if (!/^[A-Za-z_]/.test(name) || !scope.accepts(name) || !(yield* readLiteral(cursor, ">"))) return false;
  yield* readSpace(cursor);
  if ((yield* peek(cursor)) === "{") return yield* readJsonBody(scope, name);
  const tag = yield* peekOneOf(cursor, [parameterOpening, functionClosing, wrapperClosing]);
  if (tag === undefined && !(cursor.isClosed() && cursor.rest() === "")) return false;
  const call = scope.open(name);
  if (tag !== wrapperClosing) yield* readOneOf(cursor, [parameterOpening, functionClosing]);
  if (tag === parameterOpening) yield* readParameters(scope, call, scope.schemaOf(name));
  else call.arguments("{}");
  call.end();
  return true;
}

function* readJsonBody(scope: CallScope, name: string): Reading<boolean> {
  const { cursor } = scope;
  const call = scope.open(name);
  const markers = [functionClosing, ...scope.endMarkers];
  yield* readArguments(cursor, { markers, areReserved: false }, call.arguments);
  call.end();
  yield* readClosing(cursor, functionClosing);
  return true;
}

/** Reads all parameters, the first `<parameter=` read already, and writes them as one JSON object. */
function* readParameters(scope: CallScope, call: OpenCall, schema: unknown): Reading<void> {
  const { cursor } = scope;
  for (let opening = "{"; ; opening = ",") {
    const key = yield* readKey(cursor);
    yield* readLiteral(cursor, ">");
    call.arguments(`${opening}${JSON.stringify(key)}:`);
    const value = createParameterValue(schema, key);
    const stops = [parameterClosing, parameterOpening, functionClosing, wrapperClosing, ...scope.endMarkers];
    yield* readUntil(cursor, stops, (piece) => call.arguments(value.push(piece)));
    call.arguments(value.end());
    yield* readLiteral(cursor, parameterClosing);
    if (!(yield* readClosing(cursor, parameterOpening))) break;
  }
  yield* readClosing(cursor, functionClosing);
  call.arguments("}");
}
