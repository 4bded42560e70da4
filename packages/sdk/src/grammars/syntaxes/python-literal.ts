/** A string in quotes of either kind, a keyword argument's name, or a word. */
const tokens = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*(?:\s*=(?!=))?/gs;

const words: ReadonlyMap<string, string> = new Map([
  ["True", "true"],
  ["False", "false"],
  ["None", "null"],
]);

/** A Python literal's JSON text. What is not a literal gives text that is not JSON. */
export function toJsonOfPython(literal: string): string {
  return literal.replace(tokens, (token) => {
    if (token.startsWith('"') || token.startsWith("'")) return toJsonString(token.slice(1, -1));
    if (token.endsWith("=")) return `${JSON.stringify(token.slice(0, -1).trim())}:`;
    return words.get(token) ?? token;
  });
}

/** The arguments of a Python call (`key="value", other=1`) as JSON text. */
export function toJsonOfPythonArguments(text: string): string {
  return toJsonOfPython(`{${text}}`);
}

function toJsonString(body: string): string {
  const json = body.replace(/\\'/g, "'").replace(/\\.|["\n\r\t]/gs, (part) => {
    return part.length === 2 ? part : JSON.stringify(part).slice(1, -1);
  });
  return `"${json}"`;
}
