import { type JsonObject, OutcropError, isJsonObject, parseJson } from "@outcrop/sdk";

/**
 * The input of a tool call as the object that Anthropic's clients are given. Arguments that were cut keep
 * the members that are whole, as Anthropic's own clients read them from a stream.
 *
 * @throws OutcropError `model_error` for arguments that are no JSON object: a client that was given none
 * would call its tool with nothing.
 */
export function toToolInput(name: string, json: string): JsonObject {
  if (json.trim() === "") return {};
  const input = parseJson(json) ?? parseJson(completed(json));
  if (isJsonObject(input)) return input;
  throw new OutcropError(
    "model_error",
    `The model called ${name} with arguments that are not a JSON object.`,
  );
}

/** Strings, brackets, separators, other values; last, the quote of a string that never ends. */
const tokenPattern = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+|"/g;

/** JSON text that was cut, up to its last whole value and with its brackets closed. */
function completed(json: string): string {
  const closers: string[] = [];
  let previous = "";
  let whole = "";
  for (const { 0: token, index } of json.matchAll(tokenPattern)) {
    const end = index + token.length;
    const isKey = closers.at(-1) === "}" && (previous === "{" || previous === ",");
    if (token === "{") closers.push("}");
    else if (token === "[") closers.push("]");
    else if (token === closers.at(-1)) closers.pop();
    if (!isKey && endsValue(token, end === json.length))
      whole = json.slice(0, end) + closers.toReversed().join("");
    previous = token;
  }
  return whole;
}

/** A number at the very end may lack digits. An opened bracket is a value already: an empty one. */
function endsValue(token: string, isLast: boolean): boolean {
  if (token === "," || token === ":" || token === '"') return false;
  return !isLast || !/^[-\d]/.test(token);
}
