import { describe, expect, test } from "vitest";
import { parseAnswerHeaders, parseRetryAfter } from "../../src/bedrock/answer-headers.ts";
import { wireFixture } from "./wire-fixture.ts";

describe("what an answer's headers say", () => {
  const usage = { type: "usage", source: "headers" };

  test.each([
    [
      "all of it",
      { ...wireFixture.answerHeaders, "x-amzn-requestid": "r" },
      { requestId: "r", latencyMs: 926, usage: { ...usage, promptTokens: 14, completionTokens: 36 } },
    ],
    ["nothing", {}, { requestId: undefined, latencyMs: undefined, usage: undefined }],
    ["one count", { "x-amzn-bedrock-output-token-count": "0" }, { usage: { ...usage, completionTokens: 0 } }],
    [
      "cached tokens",
      { "x-amzn-bedrock-input-token-count": "9", "x-amzn-bedrock-cache-read-input-token-count": "4" },
      { usage: { ...usage, promptTokens: 9, cachedTokens: 4 } },
    ],
    [
      "counts that are none",
      { "x-amzn-bedrock-input-token-count": "many", "x-amzn-bedrock-output-token-count": "-1" },
      { usage: undefined },
    ],
  ])("%s", (_, headers, expected) => {
    expect(parseAnswerHeaders(headers)).toMatchObject(expected);
  });
});

describe("when to come back, in seconds", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);

  test.each([
    ["seconds", { "retry-after": "17" }, 17],
    ["none at all", { "retry-after": "0" }, 0],
    ["a fraction", { "retry-after": "0.5" }, 0.5],
    ["a date", { "retry-after": "Fri, 02 Jan 2026 03:04:35 GMT" }, 30],
    ["a date that has passed", { "retry-after": "Fri, 02 Jan 2026 03:00:00 GMT" }, 0],
    ["AWS's milliseconds", { "x-amz-retry-after": "1500" }, 1.5],
    ["AWS's before the other", { "x-amz-retry-after": "1500", "retry-after": "17" }, 1.5],
    ["neither", {}, undefined],
    ["nonsense", { "retry-after": "soon" }, undefined],
    ["less than nothing", { "retry-after": "-" }, undefined],
  ])("%s", (_, headers, seconds) => {
    expect(parseRetryAfter(headers, now)).toBe(seconds);
  });
});
