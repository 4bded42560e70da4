import type { LedgerCall } from "./call.ts";
import type { Charge } from "./charges.ts";
import type { Money } from "./money.ts";

/** What was called and what it costs, of one model, day, key, user or tag. */
export interface Account {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly compute: Money;
  /** What of it was paid for copies after their last call. */
  readonly idle: Money;
  /** Calls of which some price is unknown: what is said of costs is without them. */
  readonly unpricedCalls: number;
}

/** Something that happened to a call. */
export type Entry =
  | { readonly type: "called"; readonly call: LedgerCall; readonly at: number }
  | { readonly type: "unpriced"; readonly call: LedgerCall; readonly at: number }
  | ({ readonly type: "charged" } & Charge);

const empty: Account = {
  calls: 0,
  promptTokens: 0,
  completionTokens: 0,
  compute: 0n,
  idle: 0n,
  unpricedCalls: 0,
};

/** One account for each name that entries go by; an entry of several names counts in each. */
export function createAccounts(
  entries: readonly Entry[],
  namesOf: (entry: Entry) => readonly string[],
): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>();
  for (const entry of entries) {
    for (const name of namesOf(entry)) accounts.set(name, enter(accounts.get(name) ?? empty, entry));
  }
  return accounts;
}

/** All in one account. */
export function addEntries(entries: readonly Entry[]): Account {
  return entries.reduce(enter, empty);
}

function enter(account: Account, entry: Entry): Account {
  switch (entry.type) {
    case "called": {
      const { promptTokens = 0, completionTokens = 0 } = entry.call.usage ?? {};
      return {
        ...account,
        calls: account.calls + 1,
        promptTokens: account.promptTokens + promptTokens,
        completionTokens: account.completionTokens + completionTokens,
      };
    }
    case "unpriced":
      return { ...account, unpricedCalls: account.unpricedCalls + 1 };
    case "charged":
      return { ...account, compute: account.compute + entry.compute, idle: account.idle + entry.idle };
  }
}
