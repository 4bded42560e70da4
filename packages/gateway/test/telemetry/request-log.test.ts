import { describe, expect, test } from "vitest";
import type { LogFields } from "../../src/telemetry/logger.ts";
import { createRequestLog } from "../../src/telemetry/request-log.ts";
import type { RequestRecord } from "../../src/telemetry/request-record.ts";
import { record } from "./records.ts";

interface Entry {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

function entryOf(own: Partial<RequestRecord>, redactKeys = false): Entry {
  const entries: Entry[] = [];
  const logger = {
    log: (level: string, message: string, fields?: LogFields) =>
      void entries.push({ level, message, fields }),
    flush: () => Promise.resolve(),
  };
  createRequestLog({ logger, redactKeys }).finished(record(own));
  const [entry, ...others] = entries;
  if (!entry || others.length > 0) throw new Error("a request is one entry");
  return entry;
}

test.each<[string, Partial<RequestRecord>, string]>([
  ["a good answer", {}, "info"],
  ["a probe", { dialect: undefined, stream: false, route: "/health/liveliness" }, "debug"],
  ["a client's mistake", { status: 400, errorCode: "invalid_request" }, "warn"],
  ["a client that has left", { status: 200, errorCode: "cancelled" }, "warn"],
  ["a stream that broke off", { status: 200, errorCode: "stream_incomplete" }, "warn"],
  ["an upstream that failed", { status: 502, errorCode: "upstream_error" }, "error"],
  ["a fault of ours in a stream", { status: 200, errorCode: "internal" }, "error"],
])("%s", (_name, own, level) => expect(entryOf(own).level).toBe(level));

describe("the message", () => {
  test("tells a person what happened", () => {
    expect(entryOf({}).message).toBe(
      "200  POST /v1/chat/completions  qwen  1.250 s (first event 0.310 s)  12 + 34 tokens  [call-1]",
    );
  });

  test("tells what it took", () => {
    const { message } = entryOf({
      status: 503,
      errorCode: "model_not_ready",
      attemptedRetries: 2,
      attemptedFallbacks: 1,
      usage: undefined,
      stream: false,
    });
    expect(message).toBe(
      "503  POST /v1/chat/completions  qwen  1.250 s  retries: 2  fallbacks: 1  model_not_ready  [call-1]",
    );
  });

  test("tells where an answer came from", () => {
    expect(entryOf({ cacheHit: true }).message).toContain("from the cache");
  });
});

describe("the fields", () => {
  test("hold everything that the record does", () => {
    const { fields } = entryOf({
      traceparent: "00-a-b-01",
      fallbackGroup: "llama",
      usage: { promptTokens: 1, completionTokens: 2, cachedTokens: 3 },
    });
    const missing = Object.entries(fields ?? {}).filter(
      ([name, value]) => value === undefined && name !== "error_code",
    );
    expect(missing).toEqual([]);
    expect(fields).toMatchObject({
      prompt_tokens: 1,
      completion_tokens: 2,
      cached_tokens: 3,
      key_hash: "hash-of-key",
    });
  });

  test("are rounded to microseconds", () => {
    const { fields } = entryOf({ totalMs: 6.267900999999938, upstreamMs: undefined });
    expect(fields).toMatchObject({ total_ms: 6.268, upstream_ms: undefined });
  });

  test("leave out even the hash of a key where that is asked for", () => {
    expect(JSON.stringify(entryOf({}, true))).not.toContain("hash-of-key");
  });
});
