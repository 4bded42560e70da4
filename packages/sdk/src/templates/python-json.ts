import type { JsonValue } from "../core/json.ts";
import { parseJson } from "../core/json.ts";

/**
 * A value as the `tojson` filter of the published templates writes it: Python's
 * `json.dumps(value, ensure_ascii=False)`, or with `indent=` where that is asked for.
 */
export function toPythonJson(value: JsonValue, indent = 0): string {
  return write(value, indent, "\n");
}

function write(value: JsonValue, indent: number, lineStart: string): string {
  if (typeof value === "number") return toPythonNumber(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const innerStart = lineStart + " ".repeat(indent);
  if (isArray(value)) {
    const items = value.map((item) => write(item, indent, innerStart));
    return indent === 0 ? `[${items.join(", ")}]` : writeLines("[]", items, { lineStart, innerStart });
  }
  const fields: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) fields.push(`${JSON.stringify(key)}: ${write(item, indent, innerStart)}`);
  }
  return indent === 0 ? `{${fields.join(", ")}}` : writeLines("{}", fields, { lineStart, innerStart });
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function writeLines(
  brackets: "[]" | "{}",
  items: readonly string[],
  { lineStart, innerStart }: { readonly lineStart: string; readonly innerStart: string },
): string {
  if (items.length === 0) return brackets;
  return brackets.charAt(0) + innerStart + items.join(`,${innerStart}`) + lineStart + brackets.charAt(1);
}

/** An integer that JavaScript would write with an exponent was a float when Python read it. */
function toPythonNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? String(value) : toPythonFloat(value);
}

/** Python's `repr` of a float: `1.0`, `1e-07`, `1e+16`. */
function toPythonFloat(value: number): string {
  const size = Math.abs(value);
  if (size === Infinity) return String(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/(?<=e[+-])\d$/, (digit) => `0${digit}`);
  }
  if (!Number.isInteger(value)) return String(value);
  return Object.is(value, -0) ? "-0.0" : `${value}.0`;
}

const jsonToken = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|\s+|[,:]/g;

/**
 * JSON text as Python writes it after reading it: `json.dumps(json.loads(text), ensure_ascii=False)`.
 * It works on the text, because a JavaScript value has lost what Python keeps: the order of keys
 * that look like numbers, `1.0` next to `1`, and the digits of large integers.
 *
 * @returns `undefined` when the text is not JSON.
 */
export function toPythonJsonText(text: string): string | undefined {
  if (parseJson(text) === undefined) return undefined;
  return text.replace(jsonToken, rewriteToken);
}

function rewriteToken(token: string): string {
  if (token === "," || token === ":") return `${token} `;
  if (token.startsWith('"')) return token.includes("\\") ? JSON.stringify(JSON.parse(token)) : token;
  if (/^\s/.test(token)) return "";
  if (/[.eE]/.test(token)) return toPythonFloat(Number(token));
  return token === "-0" ? "0" : token;
}
