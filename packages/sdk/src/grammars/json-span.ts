import { stopAt } from "./stops.ts";
import { isSpace } from "./whitespace.ts";

/** What ends a JSON value that does not end by itself. */
export interface ValueStops {
  /** Markers that begin with `<`. */
  readonly markers: readonly string[];
  /** Tokens of the model's own, which end even a string; others may be quoted in one. */
  readonly areReserved: boolean;
}

/** Finds where a JSON value ends in a text that comes in pieces, without judging what is inside. */
export interface JsonSpan {
  /** How many of the characters belong to the value. While it is open, what is left must come again with the next push. */
  push(text: string, isLast: boolean): number;
  state(): "open" | "ended" | "stopped";
}

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;
const less = 0x3c;

/** A fresh span, at the first character of a value. */
export function createJsonSpan(stops: ValueStops): JsonSpan {
  let state: "open" | "ended" | "stopped" = "open";
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  /** A raw newline in a string: the JSON is broken, so a closing tag is believed over its quotes. */
  let isBroken = false;

  return { push, state: () => state };

  function push(text: string, isLast: boolean): number {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === less && (!inString || isBroken || stops.areReserved)) {
        const sign = stopAt(text, at, stops.markers);
        if (sign === "stop") state = "stopped";
        if (sign === "stop" || (sign === "perhaps" && !isLast)) return at;
      }
      const isInside = inString ? readInString(code) : readOutside(code);
      if (!isInside) state = "ended";
      if (!isInside) return endsWith(code) ? at + 1 : at;
    }
    return text.length;
  }

  /** False at the end of the value. */
  function readInString(code: number): boolean {
    if (isEscaped) isEscaped = false;
    else if (code === backslash) isEscaped = true;
    else if (code === newline) isBroken = true;
    else if (code === quote) inString = false;
    return inString || depth > 0;
  }

  function readOutside(code: number): boolean {
    if (code === quote) inString = true;
    else if (isOpening(code)) depth++;
    else if (isClosing(code)) return --depth > 0;
    else if (depth === 0) return !isSpace(code) && code !== 0x2c;
    return true;
  }

  /** Whether the character that ended the value is its own last one: a number ends before what follows it. */
  function endsWith(code: number): boolean {
    return code === quote || (isClosing(code) && depth === 0);
  }
}

/** `{` or `[` */
function isOpening(code: number): boolean {
  return code === 0x7b || code === 0x5b;
}

/** `}` or `]` */
function isClosing(code: number): boolean {
  return code === 0x7d || code === 0x5d;
}
