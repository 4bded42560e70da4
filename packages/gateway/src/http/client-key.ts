import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/**
 * The key that a client sent, or `undefined`. The places and their order are LiteLLM's: its own header,
 * `Authorization: Bearer`, then Azure's, Anthropic's and Google's. A header that the config names goes in place of
 * them all.
 */
export function clientKey(headers: IncomingHttpHeaders, ownHeader?: string): string | undefined {
  if (ownHeader !== undefined) {
    const configured = text(headers[ownHeader.toLowerCase()]);
    return configured && (withoutScheme(configured) ?? configured);
  }
  const own = text(headers["x-litellm-api-key"]);
  if (own !== undefined) return withoutScheme(own) ?? own;
  const authorization = text(headers.authorization);
  if (authorization !== undefined) return withoutScheme(authorization);
  return (
    text(headers["api-key"]) ??
    text(headers["x-api-key"]) ??
    text(headers["x-goog-api-key"]) ??
    text(headers["ocp-apim-subscription-key"])
  );
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function withoutScheme(value: string): string | undefined {
  return /^bearer\s+(\S.*)$/i.exec(value)?.[1]?.trim();
}

/** Whether a key is the expected one, found out in a time that tells nothing about where they differ. */
export type KeyCheck = (given: string) => boolean;

/** Digests have one length, whatever the keys have; that of the expected key is made once. */
export function createKeyCheck(expected: string): KeyCheck {
  const digest = hash("sha256", expected, "buffer");
  return (given) => timingSafeEqual(hash("sha256", given, "buffer"), digest);
}
