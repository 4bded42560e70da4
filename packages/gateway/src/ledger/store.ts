import type { DatabaseSync } from "node:sqlite";
import type { LedgerCall, ModelUnits } from "./call.ts";
import { createLedgerReader, type LedgerReader } from "./reader.ts";
import { insertCall, toValues } from "./rows.ts";
import { inTransaction } from "./schema.ts";

/** The ledger's book: calls are added, never changed. Several processes may write to one file. */
export interface LedgerStore extends LedgerReader {
  /**
   * Keeps a call. Resolves when it is committed: from then on no end of this process can lose it. Calls that end together
   * are committed together. Where the book can't be written it resolves all the same, for no answer waits for a
   * disk that is full; the call is then tried again until it is in, or until the process ends.
   */
  append(call: LedgerCall): Promise<void>;
  /** Keeps what AWS bills a model as; the newest answer counts. */
  saveUnits(units: ModelUnits): void;
  /** Keeps a setting for those who read the book without the config. */
  saveSetting(name: string, value: string): void;
  /** Commits what is waiting. */
  close(): void;
}

export interface StoreOptions {
  readonly database: DatabaseSync;
  /** Told when the book can't be written, once until it can again. */
  readonly onFault: (error: unknown) => void;
  /** Does something after what is running now. Default `setImmediate`. */
  readonly soon?: (task: () => void) => void;
  /** Does something after a while. */
  readonly later?: (task: () => void) => void;
}

/** Calls that wait for a book that can't be written; the oldest are given up beyond that. */
const longestQueue = 100_000;

const retryDelayMs = 1000;

/** A book over an open database. */
export function createLedgerStore({
  database,
  onFault,
  soon = setImmediate,
  later = wait,
}: StoreOptions): LedgerStore {
  const insert = database.prepare(insertCall);
  let calls: LedgerCall[] = [];
  let commit = Promise.withResolvers<void>();
  let isDue = false;
  let isFaulty = false;

  function flush(): void {
    isDue = false;
    const waiting = commit;
    commit = Promise.withResolvers<void>();
    try {
      inTransaction(database, () => {
        for (const call of calls) insert.run(...toValues(call));
      });
      calls = [];
      isFaulty = false;
    } catch (error) {
      if (!isFaulty) onFault(error);
      isFaulty = true;
      calls = calls.slice(-longestQueue);
      plan(later);
    }
    waiting.resolve();
  }

  function plan(how: (task: () => void) => void): void {
    if (isDue) return;
    isDue = true;
    how(() => {
      if (isDue && database.isOpen) flush();
    });
  }

  return {
    ...createLedgerReader(database),
    append(call) {
      // Whoever is still being answered when the gateway has ended has been cut off.
      if (!database.isOpen) return Promise.resolve();
      calls.push(call);
      plan(soon);
      return isFaulty ? Promise.resolve() : commit.promise;
    },
    saveUnits: ({ modelId, perCopy, version, createdAt }) => {
      database
        .prepare("INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?)")
        .run(modelId, perCopy, version, createdAt ?? null);
    },
    saveSetting: (name, value) => {
      database.prepare("INSERT OR REPLACE INTO settings VALUES (?, ?)").run(name, value);
    },
    close() {
      if (calls.length > 0) flush();
      database.close();
    },
  };
}

function wait(task: () => void): void {
  setTimeout(task, retryDelayMs).unref();
}
