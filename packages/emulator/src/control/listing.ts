import { constraintError, invalid } from "../aws/failure.ts";

/** What a listing can be filtered and sorted by. */
export interface Listed {
  readonly name: string;
  readonly status?: string;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

const mostResults = 1000;
const statuses = ["InProgress", "Completed", "Failed"];

/** One page of a listing by the query parameters that both listings share. Newest first unless told otherwise. */
export function listPage<T extends Listed>(all: readonly T[], query: URLSearchParams): Page<T> {
  const after = readTime(query, "creationTimeAfter") ?? Number.NEGATIVE_INFINITY;
  const before = readTime(query, "creationTimeBefore") ?? Number.POSITIVE_INFINITY;
  const name = query.get("nameContains") ?? "";
  const status = readChoice(query, "statusEquals", statuses);
  readChoice(query, "sortBy", ["CreationTime"]);
  const order = readChoice(query, "sortOrder", ["Ascending", "Descending"]) === "Ascending" ? 1 : -1;
  const fitting = all
    .filter((item) => item.creationTime > after && item.creationTime < before)
    .filter((item) => item.name.includes(name) && (status === undefined || item.status === status))
    .toSorted((left, right) => order * (left.creationTime - right.creationTime));

  const size = readSize(query) ?? mostResults;
  const from = readToken(query);
  const end = from + size;
  return { items: fitting.slice(from, end), nextToken: end < fitting.length ? toToken(end) : undefined };
}

function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw constraintError(text, name, "Member must be a timestamp");
  return time;
}

function readChoice(query: URLSearchParams, name: string, choices: readonly string[]): string | undefined {
  const text = query.get(name) ?? undefined;
  if (text === undefined || choices.includes(text)) return text;
  throw constraintError(text, name, `Member must satisfy enum value set: [${choices.join(", ")}]`);
}

function readSize(query: URLSearchParams): number | undefined {
  const text = query.get("maxResults");
  if (text === null) return undefined;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1) {
    throw constraintError(text, "maxResults", "Member must have value greater than or equal to 1");
  }
  if (size > mostResults) {
    throw constraintError(text, "maxResults", `Member must have value less than or equal to ${mostResults}`);
  }
  return size;
}

/** A token is opaque to clients; this one holds where the next page begins. */
function toToken(from: number): string {
  return Buffer.from(`page:${from}`).toString("base64url");
}

function readToken(query: URLSearchParams): number {
  const token = query.get("nextToken");
  if (token === null) return 0;
  const from = /^page:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (from === undefined) throw invalid("The provided nextToken is invalid.");
  return Number(from);
}
