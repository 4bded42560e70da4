import type { IncomingHttpHeaders } from "node:http";
import { type JsonObject, isJsonObject } from "@outcrop/sdk";
import { clientKey, hashKey } from "../http/client-key.ts";

/** Who a request is from. */
export interface Caller {
  readonly callId: string;
  /** A hash of the client's key, never the key; absent: none was sent. */
  readonly key: string | undefined;
  /** The end user whom the request names. */
  readonly user: string | undefined;
}

/** A hash of the key that a client sent. */
export function keyHashOf(headers: IncomingHttpHeaders): string | undefined {
  const key = clientKey(headers);
  return key === undefined ? undefined : hashKey(key);
}

/** Reads who a request is from. */
export function callerOf(headers: IncomingHttpHeaders, body: JsonObject): Omit<Caller, "callId"> {
  return { key: keyHashOf(headers), user: userOf(body) };
}

/** The end user: OpenAI's `user`, or Anthropic's `metadata.user_id`. */
function userOf({ user, metadata }: JsonObject): string | undefined {
  const name = user ?? (isJsonObject(metadata) ? metadata.user_id : undefined);
  return typeof name === "string" && name !== "" ? name : undefined;
}
