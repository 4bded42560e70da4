import { describe, expect, test } from "vitest";
import { createClient, parseDeployment } from "../../src/index.ts";
import type { HttpResponse } from "../../src/bedrock/transport.ts";
import { createTestClock } from "../bedrock/test-clock.ts";

const arn = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";
const model = `bedrock/openai/${arn}`;
const messages = [{ role: "user" as const, content: "Hello" }];
const answer = {
  choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
};

/** A client before a Bedrock that refuses so many calls, on a clock that runs whenever somebody sleeps. */
function createScene(refusals: number) {
  const clock = createTestClock();
  let asked = 0;
  const send = async (): Promise<HttpResponse> =>
    asked++ < refusals
      ? toResponse(429, { message: "Model is not ready." }, { "x-amzn-errortype": "ModelNotReadyException" })
      : toResponse(200, answer, {});
  const env = () => ({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" });
  const runtime = { now: () => clock.now(), random: () => 0, sleep: clock.sleep.bind(clock), send, env };
  return { clock, client: createClient({ runtime }) };
}

function toResponse(status: number, json: object, headers: Record<string, string>): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: (async function* () {
      yield Buffer.from(JSON.stringify(json));
    })(),
  };
}

describe("a client", () => {
  test("knows how warm its models are, and tells how long a call has waited", async () => {
    const { clock, client } = createScene(2);
    const deployment = parseDeployment({ model });
    expect(client.warmthOf(deployment)).toMatchObject({ state: "unknown", seenAt: undefined });
    const told: number[] = [];
    const completion = client.completion({
      model,
      messages,
      onColdStart: ({ waitedMs }) => told.push(waitedMs),
    });
    await clock.advance(1);
    expect(client.warmthOf(deployment)).toMatchObject({ state: "restoring" });
    await clock.advance(60_000);
    expect((await completion).choices[0]?.message.content).toBe("Hi");
    expect(told).toEqual([0, 5_000, 5_000, 10_000]);
    expect(client.warmthOf(deployment)).toMatchObject({ state: "warm" });
    await clock.advance(300_000);
    expect(client.warmthOf(deployment)).toMatchObject({ state: "cold" });
  });

  test("knows of no warmth of models that are always there", () => {
    const { client } = createScene(0);
    const deployment = parseDeployment({ model: "bedrock/moonshot.kimi-k2-thinking" });
    expect(client.warmthOf(deployment)).toBeUndefined();
  });
});
