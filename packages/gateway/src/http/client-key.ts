import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { memoize } from "@outcrop/sdk";

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

const mostKeys = 1000;

/**
 * A hash of a key: what keys are compared, logged and counted by. The time that it takes to compare two of them tells nothing of the
 * keys. Those that come again and again are hashed once.
 */
export const hashKey = memoize(mostKeys, (key) => hash("sha256", key));
