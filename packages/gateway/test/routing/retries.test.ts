import type { ErrorCode } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import type { FailurePolicy } from "../../src/config/gateway-config.ts";
import type { Behaviour } from "./fake-client.ts";
import { createRig, failureOf, nothingLeft } from "./rig.ts";

const fail = (code: ErrorCode): Behaviour => ({ do: "fail", code });
const answer: Behaviour = { do: "answer" };

describe("a lone deployment that fails twice", () => {
  const rows: readonly [ErrorCode, "answered" | "refused", number][] = [
    ["upstream_error", "answered", 3],
    ["connection_failed", "answered", 3],
    ["service_unavailable", "answered", 3],
    ["stream_incomplete", "answered", 3],
    ["model_timeout", "answered", 3],
    ["throttled", "answered", 3],
    ["invalid_request", "refused", 1],
    ["unsupported_parameter", "refused", 1],
    ["context_window_exceeded", "refused", 1],
    ["content_policy", "refused", 1],
    ["authentication", "refused", 1],
    ["permission_denied", "refused", 1],
    ["not_found", "refused", 1],
    ["unreadable_answer", "refused", 1],
    ["timeout", "refused", 1],
    ["model_not_ready", "refused", 1],
    ["internal", "refused", 1],
  ];
  test.each(rows)("%s is %s after %d calls", async (code, outcome, calls) => {
    const rig = createRig({
      models: [{ name: "a" }],
      plan: (_, __, attempt) => (attempt < 3 ? fail(code) : answer),
    });
    const asking = rig.ask("a").then(
      ({ attemptedRetries }) => ({ outcome: "answered", attemptedRetries }),
      (error: { code: string }) => ({ outcome: "refused", code: error.code }),
    );
    await rig.clock.advance(60_000);
    expect(await asking).toEqual(
      outcome === "answered" ? { outcome, attemptedRetries: calls - 1 } : { outcome, code },
    );
    expect(rig.client.calls).toHaveLength(calls);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});
