import { type JsonObject, type JsonValue, OutcropError } from "@outcrop/sdk";

/** What a request says about its own caching: LiteLLM's `cache` field, read. */
export interface CacheControls {
  /** Seconds that the answer is kept; 0: not at all. */
  readonly ttl: number | undefined;
  /** Seconds that a kept answer may be old. */
  readonly maxAge: number | undefined;
  /** Ask the model even if an answer is kept. */
  readonly noCache: boolean;
  /** Do not keep the answer. */
  readonly noStore: boolean;
  /** Answers are shared within a namespace only. */
  readonly namespace: string | undefined;
  /** Whether the cache is wanted at all; what the config says where it is not set. */
  readonly useCache: boolean | undefined;
}

type Name = "ttl" | "s-maxage" | "s-max-age" | "no-cache" | "no-store" | "namespace" | "use-cache";

const names: readonly Name[] = [
  "ttl",
  "s-maxage",
  "s-max-age",
  "no-cache",
  "no-store",
  "namespace",
  "use-cache",
];

/**
 * Reads the `cache` field of a request.
 *
 * @throws OutcropError `invalid_request` naming the control that is unknown or of the wrong kind.
 */
export function parseCacheControls(given: JsonObject): CacheControls {
  const unknown = Object.keys(given).find((name) => !names.some((known) => known === name));
  if (unknown !== undefined) throw invalid(unknown, `is not a cache control; there are ${names.join(", ")}`);
  return {
    ttl: seconds(given, "ttl"),
    maxAge: seconds(given, "s-maxage") ?? seconds(given, "s-max-age"),
    noCache: flag(given, "no-cache") ?? false,
    noStore: flag(given, "no-store") ?? false,
    namespace: text(given, "namespace"),
    useCache: flag(given, "use-cache"),
  };
}

function seconds(given: JsonObject, name: Name): number | undefined {
  const value = valueOf(given, name);
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0 && value <= longest) return value;
  throw invalid(name, `must be a number of seconds from 0 to ${longest}`);
}

/** Seconds: a year. */
const longest = 31_536_000;

function flag(given: JsonObject, name: Name): boolean | undefined {
  const value = valueOf(given, name);
  if (value === undefined || typeof value === "boolean") return value;
  throw invalid(name, "must be true or false");
}

function text(given: JsonObject, name: Name): string | undefined {
  const value = valueOf(given, name);
  if (value === undefined || typeof value === "string") return value;
  throw invalid(name, "must be a string");
}

/** Python's clients send `None` for what they leave open. */
function valueOf(given: JsonObject, name: Name): JsonValue | undefined {
  return given[name] ?? undefined;
}

function invalid(name: string, what: string): OutcropError {
  return new OutcropError("invalid_request", `cache.${name} ${what}.`, { param: `cache.${name}` });
}
