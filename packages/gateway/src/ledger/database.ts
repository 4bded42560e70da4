import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type * as sqlite from "node:sqlite";
import { migrate } from "./schema.ts";

/** Milliseconds that opening waits for another process which is opening or migrating the same file. */
const openingPatience = 10_000;

/** Milliseconds that a commit may hold up this process for another one's; after that it is tried again later. */
const commitPatience = 100;

/**
 * Opens a ledger's file, and makes it if there is none: readable by its owner alone, for it names users.
 *
 * In WAL mode a commit is written to the file before it returns, and so outlives the process whatever ends it. With
 * `synchronous = NORMAL` it is not waited for until the disk has it, which only a power failure could tell.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 * @throws Error when the file can't be opened, is no ledger, or was written by a newer version.
 */
export function openDatabase(path: string): sqlite.DatabaseSync {
  try {
    return open(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The ledger ${path} cannot be opened: ${why}`, { cause: error });
  }
}

function open(path: string): sqlite.DatabaseSync {
  if (path !== ":memory:") {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, "a", 0o600));
  }
  const { DatabaseSync: Database } = loadSqlite();
  const database = new Database(path, { timeout: openingPatience });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    migrate(database);
    database.exec(`PRAGMA busy_timeout = ${commitPatience}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Loads Node's SQLite. Node 22 calls it experimental each time that it is loaded, which is of no use to our users. */
function loadSqlite(): typeof sqlite {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}
