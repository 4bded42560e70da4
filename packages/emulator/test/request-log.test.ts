import { describe, expect, test } from "vitest";
import { createRequestLog, toLogLine, toShownBody, toShownHeaders } from "../src/service/request-log.ts";
import type { ReceivedRequest, RequestRecord } from "../src/service/request-log.ts";
import {
  toBedrockLogprobs,
  toChatLogprobs,
  toCompletionLogprobs,
  toLogprob,
  toPromptLogprobs,
  toTokenId,
} from "../src/runtime/logprobs.ts";

function toRecord(rest: Partial<ReceivedRequest> = {}): RequestRecord {
  return {
    id: "1",
    time: "2026-01-02T03:04:05.678Z",
    protocol: "HTTP/2",
    method: "POST",
    path: "/model/m/invoke",
    headers: {},
    body: null,
    status: 200,
    ...rest,
  };
}

describe("the log", () => {
  test("keeps the order, and gives copies", () => {
    const log = createRequestLog();
    const record = toRecord({ id: "a" });
    log.add(record, 0);
    log.add(toRecord({ id: "b" }), 0);
    const listed = log.list();
    record.status = 500;
    expect(listed.map(({ id, status }) => [id, status])).toEqual([
      ["a", 200],
      ["b", 200],
    ]);
    expect(log.list()[0]?.status).toBe(500);
    log.clear();
    expect(log.list()).toEqual([]);
  });

  test("is bounded by number", () => {
    const log = createRequestLog();
    for (let id = 0; id < 1500; id++) log.add(toRecord({ id: String(id) }), 10);
    expect([log.list().length, log.list()[0]?.id]).toEqual([1000, "500"]);
  });

  test("is bounded by size, but for the last one", () => {
    const log = createRequestLog();
    const megabytes = 1024 * 1024;
    for (let id = 0; id < 20; id++) log.add(toRecord({ id: String(id) }), 4 * megabytes);
    expect(log.list()).toHaveLength(8);
    log.add(toRecord({ id: "huge" }), 100 * megabytes);
    expect(log.list().map(({ id }) => id)).toEqual(["huge"]);
    log.add(toRecord({ id: "small" }), 1);
    expect(log.list().map(({ id }) => id)).toEqual(["small"]);
  });
});

test.each<[Partial<ReceivedRequest>, string]>([
  [{ operation: "InvokeModel", modelId: "m" }, "03:04:05 InvokeModel m 200 HTTP/2"],
  [
    { operation: "InvokeModel", modelId: "m", inputTokens: 3, outputTokens: 0, duration: 12.6 },
    "03:04:05 InvokeModel m 200 in=3 out=0 13ms HTTP/2",
  ],
  [{ operation: "ListImportedModels", protocol: "HTTP/1.1" }, "03:04:05 ListImportedModels 200 HTTP/1.1"],
  [
    { status: 404, error: "UnknownOperationException" },
    "03:04:05 POST /model/m/invoke 404 UnknownOperationException HTTP/2",
  ],
  [{ operation: "Converse", status: 0, fault: "reset" }, "03:04:05 Converse cut fault=reset HTTP/2"],
  [{ operation: "Converse", outcome: "cancelled" }, "03:04:05 Converse 200 cancelled HTTP/2"],
  [{ operation: "Converse", outcome: "answered" }, "03:04:05 Converse 200 HTTP/2"],
])("%j is the line %j", (rest, line) => {
  expect(toLogLine(toRecord(rest))).toBe(line);
});

test.each<[Record<string, string>, Record<string, string>]>([
  [{ host: "h" }, { host: "h" }],
  [{ authorization: "AWS4-HMAC-SHA256 Credential=a" }, { authorization: "AWS4-HMAC-SHA256 Credential=a" }],
  [{ authorization: "Bearer ABSK-secret-key" }, { authorization: "Bearer ABSK-sec…" }],
  [{ authorization: "bearer bedrock-api-key-secret" }, { authorization: "bearer bedrock-…" }],
  [{ "x-amz-security-token": "secret-token" }, { "x-amz-security-token": "secr…" }],
])("the headers %j are shown as %j", (headers, shown) => {
  expect(toShownHeaders(headers)).toEqual(shown);
});

test.each<[string, unknown]>([
  ["", null],
  ['{"a":1}', { a: 1 }],
  ["null", null],
  ["{", "{"],
  ["text", "text"],
])("the body %j is shown as %j", (body, shown) => {
  expect(toShownBody(Buffer.from(body))).toEqual(shown);
});

describe("log probabilities", () => {
  test("belong to a token at its place, and come again", () => {
    expect(toLogprob("a", 0)).toBe(toLogprob("a", 0));
    expect(toLogprob("a", 0)).not.toBe(toLogprob("a", 1));
    expect(toTokenId("a")).toBe(toTokenId("a"));
    for (const text of ["a", " the", "é", ""]) {
      expect(toTokenId(text)).toBeLessThan(128_000);
      expect(toLogprob(text, 3)).toBeLessThanOrEqual(0);
      expect(toLogprob(text, 3)).toBeGreaterThan(-2.5);
    }
  });

  test("of a piece go on where the piece before has ended", () => {
    const all = toBedrockLogprobs(["a", "b", "c"]);
    expect([...toBedrockLogprobs(["a"]), ...toBedrockLogprobs(["b", "c"], 1)]).toEqual(all);
    const whole = toCompletionLogprobs(["ab", "c"], 1) as { text_offset: number[]; token_logprobs: number[] };
    const second = toCompletionLogprobs(["c"], 1, { index: 1, offset: 2 }) as typeof whole;
    expect([whole.text_offset[1], whole.token_logprobs[1]]).toEqual([
      second.text_offset[0],
      second.token_logprobs[0],
    ]);
  });

  test("alternatives are other tokens, less likely the later they come", () => {
    const { content } = toChatLogprobs(["a"], 4) as {
      content: {
        token: string;
        logprob: number;
        bytes: number[];
        top_logprobs: { token: string; logprob: number }[];
      }[];
    };
    const [first] = content;
    const alternatives = first?.top_logprobs ?? [];
    expect(alternatives).toHaveLength(4);
    expect(alternatives[0]).toEqual({ token: "a", logprob: first?.logprob, bytes: [97] });
    expect(new Set(alternatives.map(({ token }) => token)).size).toBe(4);
    const logprobs = alternatives.map(({ logprob }) => logprob);
    expect(logprobs.toSorted((left, right) => right - left)).toEqual(logprobs);
  });

  test("none are given where none are asked for", () => {
    const { content } = toChatLogprobs(["a"], 0) as { content: { top_logprobs: unknown[] }[] };
    expect(content[0]?.top_logprobs).toEqual([]);
  });

  test("of a prompt join to the prompt", () => {
    const prompt = "How is the rainbow formed?";
    const [first, ...rest] = toPromptLogprobs(prompt, 2) as (null | Record<
      string,
      { decoded_token: string; rank: number }
    >)[];
    expect(first).toBeNull();
    const decoded = rest.map(
      (entry) => Object.values(entry ?? {}).find(({ rank }) => rank === 1)?.decoded_token ?? "",
    );
    expect(prompt.endsWith(decoded.join(""))).toBe(true);
    for (const entry of rest) expect(Object.keys(entry ?? {})).toHaveLength(2);
  });

  test("of a huge prompt are bounded", () => {
    expect(toPromptLogprobs("word ".repeat(1_000_000), 1).length).toBeLessThan(20_000);
  });
});
