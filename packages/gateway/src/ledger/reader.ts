import type { DatabaseSync } from "node:sqlite";
import { type LedgerCall, type ModelUnits, isImported } from "./call.ts";
import { parseCall, parseUnits } from "./rows.ts";

/** What can be asked of the book. */
export interface LedgerReader {
  /** The models that were called, by their ids. */
  models(): readonly string[];
  /**
   * The calls of a model that were sent in a range of time, oldest first; and for an imported one those before it that
   * may have left a copy active into it.
   */
  callsOf(modelId: string, range: TimeRange): readonly LedgerCall[];
  /** When the first call was sent. */
  firstCallAt(): number | undefined;
  /** What AWS bills the models as, as far as it has been asked. */
  units(): ReadonlyMap<string, ModelUnits>;
  setting(name: string): string | undefined;
}

/** Milliseconds since the epoch; the end is not in it. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Whoever has had no call for so long has no copy, by any idle policy that reports compare. */
const longestGapMs = 65 * 60_000;

/** No call takes longer. */
const longestCallMs = 60 * 60_000;

/** Reads a book. */
export function createLedgerReader(database: DatabaseSync): LedgerReader {
  /** When the activity began that reaches into a time. */
  function activeSince(modelId: string, at: number): number {
    let since = at;
    const before = database
      .prepare("SELECT sent_at, ended_at FROM calls WHERE model_id = ? AND sent_at < ? ORDER BY sent_at DESC")
      .iterate(modelId, at);
    for (const row of before) {
      const sentAt = Number(row["sent_at"]);
      if (Number(row["ended_at"]) >= since - longestGapMs) since = sentAt;
      else if (sentAt < since - longestGapMs - longestCallMs) break;
    }
    return since;
  }

  return {
    models: () =>
      database
        .prepare("SELECT DISTINCT model_id FROM calls ORDER BY model_id")
        .all()
        .map((row) => String(row["model_id"])),
    callsOf(modelId, { from, to }) {
      const since = isImported(modelId) ? activeSince(modelId, from) : from;
      return database
        .prepare(
          "SELECT * FROM calls WHERE model_id = ? AND sent_at >= ? AND sent_at < ? ORDER BY sent_at, id",
        )
        .all(modelId, since, to)
        .map(parseCall);
    },
    firstCallAt() {
      const first = database.prepare("SELECT MIN(sent_at) AS first FROM calls").get()?.["first"];
      return typeof first === "number" ? first : undefined;
    },
    units: () =>
      new Map(
        database
          .prepare("SELECT * FROM models")
          .all()
          .map((row) => parseUnits(row))
          .map((units) => [units.modelId, units]),
      ),
    setting(name) {
      const value = database.prepare("SELECT value FROM settings WHERE name = ?").get(name)?.["value"];
      return typeof value === "string" ? value : undefined;
    },
  };
}
