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
  const input = parseJson(json) ?? parseJson(closeJson(json));
  if (isJsonObject(input)) return input;
  throw new OutcropError(
    "model_error",
    `The model called ${name} with arguments that are not a JSON object.`,
  );
}

/** Strings, brackets, separators, other values; and the quote of a string that never ends. */
const tokenPattern = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+|"/g;

/** What is whole although it is the last: a number may lack digits, a word letters. */
const wholePattern = /^(?:["{}[\]]|true$|false$|null$)/;

/** JSON text that was cut, up to its last whole value and with its brackets closed. */
function closeJson(json: string): string {
  const closers: string[] = [];
  let previous = "";
  let whole = "";
  for (const { 0: token, index } of json.matchAll(tokenPattern)) {
    if (token === '"') break;
    const isKey = closers.at(-1) === "}" && (previous === "{" || previous === ",");
    if (token === "{") closers.push("}");
    else if (token === "[") closers.push("]");
    else if (token === closers.at(-1)) closers.pop();
    const end = index + token.length;
    const isCut = end === json.length && !wholePattern.test(token);
    // An opened bracket is a value already: an empty one.
    const isValue = !isKey && !isCut && token !== "," && token !== ":";
    if (isValue) whole = json.slice(0, end) + closers.toReversed().join("");
    previous = token;
  }
  return whole;
}
