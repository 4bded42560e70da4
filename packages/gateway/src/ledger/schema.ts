import type { DatabaseSync } from "node:sqlite";

/** What makes each version of the schema out of the one before. A version that was released is never changed. */
const migrations: readonly string[] = [
  `
  -- Times are milliseconds since the epoch; prices are picodollars a token, as text for they may be larger than a double.
  CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    call_id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    region TEXT NOT NULL,
    alias TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    answered_at INTEGER,
    ended_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    cached_tokens INTEGER,
    key_hash TEXT,
    user TEXT,
    tags TEXT NOT NULL,
    input_price TEXT,
    output_price TEXT,
    cached_input_price TEXT
  ) STRICT;
  CREATE INDEX calls_of_model ON calls (model_id, sent_at);
  CREATE TABLE models (
    model_id TEXT PRIMARY KEY,
    units_per_copy INTEGER NOT NULL,
    units_version TEXT NOT NULL,
    created_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Brings a database to the newest schema. Several processes may do so at once.
 * @throws Error for a database that was written by a newer version.
 */
export function migrate(database: DatabaseSync): void {
  inTransaction(database, () => {
    const version = versionOf(database);
    if (version > migrations.length) {
      throw new Error(
        `The ledger has schema ${version}, and this version of outcrop knows ${migrations.length} at most. Use a newer outcrop, or another file.`,
      );
    }
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}

/** Does something wholly or not at all. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  // The lock is taken at once: a transaction that reads first could not be repeated when another process has written.
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
