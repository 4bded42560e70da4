import type { SQLOutputValue } from "node:sqlite";
import type { Usage } from "@outcrop/sdk";
import { type LedgerCall, type ModelUnits, outcomes } from "./call.ts";
import type { TokenPrice } from "./prices.ts";

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

export const insertCall = `
  INSERT INTO calls (
    call_id, model_id, region, alias, asked_at, sent_at, answered_at, ended_at, outcome,
    prompt_tokens, completion_tokens, cached_tokens, key_hash, user, tags, input_price, output_price, cached_input_price
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
`;

/** The values of {@link insertCall}. */
export function toValues(call: LedgerCall): (string | number | null)[] {
  const { usage, tokenPrice } = call;
  return [
    call.callId,
    call.modelId,
    call.region,
    call.alias,
    call.askedAt,
    call.sentAt,
    call.answeredAt ?? null,
    call.endedAt,
    call.outcome,
    usage?.promptTokens ?? null,
    usage?.completionTokens ?? null,
    usage?.cachedTokens ?? null,
    call.key ?? null,
    call.user ?? null,
    JSON.stringify(call.tags),
    tokenPrice ? String(tokenPrice.input) : null,
    tokenPrice ? String(tokenPrice.output) : null,
    tokenPrice?.cachedInput === undefined ? null : String(tokenPrice.cachedInput),
  ];
}

export function parseCall(row: Row): LedgerCall {
  return {
    callId: text(row, "call_id"),
    modelId: text(row, "model_id"),
    region: text(row, "region"),
    alias: text(row, "alias"),
    askedAt: number(row, "asked_at"),
    sentAt: number(row, "sent_at"),
    answeredAt: optionalNumber(row, "answered_at"),
    endedAt: number(row, "ended_at"),
    outcome: outcomes.find((outcome) => outcome === row["outcome"]) ?? "failed",
    usage: parseUsage(row),
    key: optionalText(row, "key_hash"),
    user: optionalText(row, "user"),
    tags: parseTags(text(row, "tags")),
    tokenPrice: parsePrice(row),
  };
}

export function parseUnits(row: Row): ModelUnits {
  return {
    modelId: text(row, "model_id"),
    perCopy: number(row, "units_per_copy"),
    version: text(row, "units_version"),
    createdAt: optionalNumber(row, "created_at"),
  };
}

function parseUsage(row: Row): Usage | undefined {
  const promptTokens = optionalNumber(row, "prompt_tokens");
  const completionTokens = optionalNumber(row, "completion_tokens");
  if (promptTokens === undefined || completionTokens === undefined) return undefined;
  const cachedTokens = optionalNumber(row, "cached_tokens");
  return { promptTokens, completionTokens, ...(cachedTokens !== undefined && { cachedTokens }) };
}

function parsePrice(row: Row): TokenPrice | undefined {
  const input = optionalText(row, "input_price");
  const output = optionalText(row, "output_price");
  if (input === undefined || output === undefined) return undefined;
  const cached = optionalText(row, "cached_input_price");
  return {
    input: BigInt(input),
    output: BigInt(output),
    ...(cached !== undefined && { cachedInput: BigInt(cached) }),
  };
}

function parseTags(json: string): readonly string[] {
  const tags: unknown = JSON.parse(json);
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

function text(row: Row, column: string): string {
  return optionalText(row, column) ?? "";
}

function optionalText(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" ? value : undefined;
}

function number(row: Row, column: string): number {
  return optionalNumber(row, column) ?? 0;
}

function optionalNumber(row: Row, column: string): number | undefined {
  const value = row[column];
  return typeof value === "number" ? value : undefined;
}
