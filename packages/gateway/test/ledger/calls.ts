import type { LedgerCall } from "../../src/ledger/call.ts";

export const modelArn = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";
export const kimi = "moonshot.kimi-k2-thinking";

/** A call of a second, with what matters to a test put over it. */
export function callAt(sentAt: number, more: Partial<LedgerCall> = {}): LedgerCall {
  return {
    callId: "call-1",
    modelId: modelArn,
    region: "us-east-1",
    alias: "qwen",
    askedAt: sentAt,
    sentAt,
    answeredAt: sentAt + 100,
    endedAt: sentAt + 1000,
    outcome: "succeeded",
    usage: { promptTokens: 10, completionTokens: 20 },
    key: undefined,
    user: undefined,
    tags: [],
    tokenPrice: undefined,
    ...more,
  };
}
