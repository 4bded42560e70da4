import { type JsonValue, isJsonObject } from "../core/json.ts";
import { type Reading, createCursor } from "./cursor.ts";
import { readObject, readValue } from "./json-reading.ts";

/** The arguments of an earlier call, ready to be compared. */
export interface Twin {
  readonly canonical: string;
  /** The members in canonical spelling, if the arguments are an object. */
  readonly members: ReadonlyMap<string, string> | undefined;
}

/** Reads the arguments of an earlier call. */
export function toTwin(text: string): Twin {
  const value = parseExactly(text);
  const members = isJsonObject(value)
    ? new Map(Object.entries(value).map(([key, member]) => [key, canonicalOf(member ?? null)]))
    : undefined;
  return { canonical: canonicalText(text), members };
}

/** Compares the arguments of a call, while they come, with those of earlier calls. */
export interface TwinCheck {
  push(piece: string): void;
  /** Whether any of the earlier calls can still be the same. */
  mayMatch(): boolean;
  /** Whether the whole arguments equal an earlier call's. */
  matches(text: string): boolean;
}

/**
 * A check against some earlier calls. Each member that has come whole rules out the calls that have another
 * value there; the order of members and the whitespace between them do not count.
 */
export function createTwinCheck(earlier: readonly Twin[]): TwinCheck {
  const stops = { markers: [], areReserved: false };
  const cursor = createCursor();
  let twins = earlier;
  const reading = readObject(cursor, { readMember });

  return {
    push(piece) {
      cursor.push(piece);
      reading.next();
    },
    mayMatch: () => twins.length > 0,
    matches(text) {
      const canonical = canonicalText(text);
      return twins.some((twin) => twin.canonical === canonical);
    },
  };

  function* readMember(key: string): Reading<boolean> {
    let text = "";
    const isWhole = yield* readValue(cursor, stops, (piece) => (text += piece));
    const value = canonicalText(text);
    if (isWhole) twins = twins.filter(({ members }) => !members || members.get(key) === value);
    return isWhole;
  }
}

/** JSON text in one spelling: sorted keys, no whitespace. What is not JSON stays as it is. */
function canonicalText(text: string): string {
  const value = parseExactly(text);
  return value === undefined ? text.trim() : canonicalOf(value);
}

function canonicalOf(value: JsonValue): string {
  return JSON.stringify(value, (_key, inner: JsonValue) => (isJsonObject(inner) ? sorted(inner) : inner));
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** As `JSON.parse`, but a number that a double can't hold exactly stays the text it is: ids differ in their last digits. */
function parseExactly(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text, (_key, value: JsonValue, context?: { readonly source?: string }) =>
      typeof value === "number" && !Number.isSafeInteger(value) ? (context?.source ?? value) : value,
    ) as JsonValue;
  } catch {
    return undefined;
  }
}
