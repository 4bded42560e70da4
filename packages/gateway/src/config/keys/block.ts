import { createStarPattern } from "../star-pattern.ts";
import type { Kind } from "./kind.ts";

/** What becomes of a key: it does its work, it is named and left aside, or the gateway does not start with it. */
export type Verdict = "honour" | "accept" | "refuse";

/** A row of a table: everything that is known of one key. */
export interface KeyRule<T> {
  readonly verdict: Verdict;
  readonly kind: Kind<T>;
  /**
   * For a person. Honoured: what it does. Accepted: why it is ignored. Refused: what to do instead.
   * Messages put it after a colon.
   */
  readonly note: string;
  /** The key closes the gateway: misspelt or misplaced it is an error, for without it the gateway is open. */
  readonly closes?: true;
}

/** The keys of a block. A key with stars stands for all that fit it. */
export type KeyTable = Readonly<Record<string, KeyRule<unknown>>>;

/** A block of the config, as `router_settings`. */
export interface Block<Table extends KeyTable> {
  /** As messages name it. */
  readonly name: string;
  /** Whether it is about one model or about all: where a key is looked for first that stands in the wrong block. */
  readonly scope: "model" | "gateway";
  readonly keys: Table;
}

/** What a block's keys say; a key that is not given, or is wrong, is absent. */
export type BlockValues<Table extends KeyTable> = {
  readonly [Key in keyof Table]?: Table[Key] extends KeyRule<infer Value> ? Value | undefined : never;
};

export function honour<T>(kind: Kind<T>, note: string): KeyRule<T> {
  return { verdict: "honour", kind, note };
}

/** Keys that are left aside for one reason. */
export function accept<const Key extends string>(
  keys: readonly Key[],
  note: string,
): Readonly<Record<Key, KeyRule<never>>> {
  return rows(keys, { verdict: "accept", kind: unread, note });
}

/** Keys that keep the gateway from starting. */
export function refuse<const Key extends string>(
  keys: readonly Key[],
  note: string,
): Readonly<Record<Key, KeyRule<never>>> {
  return rows(keys, { verdict: "refuse", kind: unread, note, closes: true });
}

function rows<Key extends string>(
  keys: readonly Key[],
  rule: KeyRule<never>,
): Readonly<Record<Key, KeyRule<never>>> {
  return Object.fromEntries(keys.map((key) => [key, rule])) as Record<Key, KeyRule<never>>;
}

const unread: Kind<never> = { name: "", read: () => undefined };

/** The row of a key: its own, or that of the pattern that it fits. */
export function findRule(table: KeyTable, key: string): KeyRule<unknown> | undefined {
  if (Object.hasOwn(table, key)) return table[key];
  const patterns = Object.keys(table).filter((name) => name.includes("*"));
  const pattern = patterns.find((name) => createStarPattern(name).match(key) !== undefined);
  return pattern === undefined ? undefined : table[pattern];
}
