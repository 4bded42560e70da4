import { type ChatEvent, type JsonObject, type JsonValue, isJsonObject, parseJson } from "@outcrop/sdk";
import { readEvent } from "./read-event.ts";

/** An answer as it is kept. */
export interface StoredAnswer {
  /** Unix time in milliseconds. */
  readonly storedAt: number;
  /** The deployment that gave it, by its id. */
  readonly deploymentId: string;
  readonly modelGroup: string;
  readonly region: string;
  readonly warnings: readonly string[];
  /** Complete: the last one is the `finish`. */
  readonly events: readonly ChatEvent[];
}

/** Raised when the format changes, so that old answers are passed over. */
const formatVersion = 1;

export function encodeStoredAnswer(answer: StoredAnswer): string {
  return JSON.stringify({ version: formatVersion, ...answer });
}

/** @returns `undefined` for anything but a whole answer: others may write to the same Redis. */
export function decodeStoredAnswer(text: string): StoredAnswer | undefined {
  const value = parseJson(text);
  if (!isJsonObject(value) || value.version !== formatVersion) return undefined;
  const { storedAt, deploymentId, modelGroup, region } = value;
  const warnings = readWarnings(value);
  const events = readEvents(value.events);
  if (typeof storedAt !== "number" || typeof deploymentId !== "string") return undefined;
  if (typeof modelGroup !== "string" || typeof region !== "string") return undefined;
  return warnings && events && { storedAt, deploymentId, modelGroup, region, warnings, events };
}

function readWarnings({ warnings }: JsonObject): readonly string[] | undefined {
  return Array.isArray(warnings) && warnings.every((text) => typeof text === "string") ? warnings : undefined;
}

function readEvents(value: JsonValue | undefined): readonly ChatEvent[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const events = value.map(readEvent).filter((event) => event !== undefined);
  const finishes = events.filter((event) => event.type === "finish");
  const isWhole = events.length === value.length && finishes.length === 1 && events.at(-1)?.type === "finish";
  return isWhole ? events : undefined;
}
