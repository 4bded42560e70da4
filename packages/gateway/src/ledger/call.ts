import type { Usage } from "@outcrop/sdk";
import type { TokenPrice } from "./prices.ts";

/** One call that AWS has served, as the ledger keeps it. It holds no prompt, no answer and no key. */
export interface LedgerCall {
  /** The request's id; a request that made several calls has several rows. */
  readonly callId: string;
  /** ARN or id, as AWS is asked for it. */
  readonly modelId: string;
  readonly region: string;
  /** The group that served it, as the config names it. */
  readonly alias: string;
  /**
   * Milliseconds since the epoch: when it first went to AWS, and when it went the time that was answered, which is later
   * where the model was being restored; when the first of the answer came, and the last.
   */
  readonly askedAt: number;
  readonly sentAt: number;
  /** Absent where the call ended before anything of an answer had come. */
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** As AWS counted; absent where it did not. */
  readonly usage: Usage | undefined;
  /** A hash of the client's key; absent: none was sent. */
  readonly key: string | undefined;
  /** The end user whom the request names. */
  readonly user: string | undefined;
  readonly tags: readonly string[];
  /** What a token cost when the call was made; absent where that is unknown, and for imported models. */
  readonly tokenPrice: TokenPrice | undefined;
}

/** How a call ended: `left` is a client who did not wait for the end. */
export const outcomes = ["succeeded", "failed", "left"] as const;

export type Outcome = (typeof outcomes)[number];

/** What AWS bills an imported model as. */
export interface ModelUnits {
  readonly modelId: string;
  /** Custom Model Units of one copy. */
  readonly perCopy: number;
  /** Of the price list: `1.0`. */
  readonly version: string;
  /** When it was imported, in milliseconds since the epoch; storage is paid from there on. */
  readonly createdAt: number | undefined;
}

/** Whether AWS bills the model by units and time, and not by tokens. */
export function isImported(modelId: string): boolean {
  return modelId.includes(":imported-model/");
}
