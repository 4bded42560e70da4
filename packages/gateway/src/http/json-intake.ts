import { randomUUID } from "node:crypto";
import { type JsonValue, parseJson } from "@outcrop/sdk";
import { createStringIntake } from "./string-intake.ts";

/** A push machine from the bytes of a large JSON, cut anywhere, to its value. */
export interface JsonIntake {
  push(chunk: Buffer): void;
  /** What `JSON.parse` gives for the whole; `undefined` where it would throw, or this way can't tell. */
  end(): JsonValue | undefined;
}

/** Bytes; tests take smaller ones. */
export interface IntakeSizes {
  /** From so many on a string is read by itself. */
  readonly longString: number;
  /** What of a string is read at a time. */
  readonly piece?: number;
}

const defaultSizes: IntakeSizes = { longString: 4096 };

const quote = 0x22;
const backslash = 0x5c;

/**
 * Reads a large body while it comes: `JSON.parse` of twenty photographs holds up everybody for as long as it takes to copy them.
 * Long strings are read on the way, piece by piece; what is around them is parsed at the end, with a word in the place of each.
 * That word is drawn for each body, so that no body can hold it.
 */
export function createJsonIntake({ longString, piece }: IntakeSizes = defaultSizes): JsonIntake {
  const mark = randomUUID();
  const around: Buffer[] = [];
  const strings: string[] = [];
  /** The string that the last chunk has begun, without its opening quote. */
  let open = createStringIntake(piece);
  let isInString = false;
  let isBroken = false;

  /** Where the string that is open in `chunk` ends: at its closing quote, or -1. */
  function findEnd(chunk: Buffer, start: number): number {
    let end = chunk.indexOf(quote, start);
    while (end !== -1 && backslashesBefore(chunk, { start, end }, open) % 2 === 1)
      end = chunk.indexOf(quote, end + 1);
    return end;
  }

  /** Ends the string that began in an earlier chunk. @returns where what comes after it begins. */
  function finishOpen(chunk: Buffer): number {
    const end = findEnd(chunk, 0);
    open.push(end === -1 ? chunk : chunk.subarray(0, end));
    if (end === -1) return chunk.length;
    isInString = false;
    if (open.size() < longString) around.push(quoteByte, ...open.raw(), quoteByte);
    else lift();
    return end + 1;
  }

  function lift(): void {
    const text = open.end();
    if (text === undefined) isBroken = true;
    around.push(Buffer.from(`"${mark}${strings.length}"`));
    strings.push(text ?? "");
    open = createStringIntake(piece);
  }

  return {
    push(chunk) {
      let kept = isInString ? finishOpen(chunk) : 0;
      if (isInString) return;
      open = createStringIntake(piece);
      for (let start = chunk.indexOf(quote, kept); start !== -1;) {
        const end = findEnd(chunk, start + 1);
        if (end !== -1 && end - start - 1 < longString) {
          start = chunk.indexOf(quote, end + 1);
          continue;
        }
        around.push(chunk.subarray(kept, start));
        open.push(chunk.subarray(start + 1, end === -1 ? chunk.length : end));
        isInString = end === -1;
        kept = end === -1 ? chunk.length : end + 1;
        if (isInString) return;
        lift();
        start = chunk.indexOf(quote, kept);
      }
      around.push(chunk.subarray(kept));
    },
    end() {
      if (isBroken || isInString) return undefined;
      const value = parseJson(Buffer.concat(around).toString("utf8"));
      return value === undefined ? undefined : putBack(value, { mark, strings });
    },
  };
}

const quoteByte = Buffer.from('"');

/** How many backslashes stand right before a quote; a run of them may have begun in an earlier chunk. */
function backslashesBefore(
  chunk: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
  open: { trailingBackslashes(): number },
): number {
  let at = end;
  while (at > start && chunk[at - 1] === backslash) at--;
  return end - at + (at === 0 ? open.trailingBackslashes() : 0);
}

interface Lifted {
  readonly mark: string;
  readonly strings: readonly string[];
}

/** Puts the long strings in the places of their words. A long key has lost its place among its likes: `undefined`. */
function putBack(value: JsonValue, lifted: Lifted): JsonValue | undefined {
  if (typeof value === "string")
    return value.startsWith(lifted.mark) ? lifted.strings[Number(value.slice(lifted.mark.length))] : value;
  if (typeof value !== "object" || value === null) return value;
  // Nobody else has seen what was parsed a moment ago: it is changed where it is.
  const container = value as Record<string, JsonValue>;
  for (const key of Object.keys(container)) {
    const item = container[key];
    const whole = item === undefined ? undefined : putBack(item, lifted);
    if (whole === undefined || key.startsWith(lifted.mark)) return undefined;
    if (whole !== item) container[key] = whole;
  }
  return value;
}
