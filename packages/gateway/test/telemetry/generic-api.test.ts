import { describe, expect, test } from "vitest";
import { createGenericApi } from "../../src/telemetry/callbacks/generic-api.ts";
import { toLogPayload } from "../../src/telemetry/callbacks/to-log-payload.ts";
import { parseHeaderList } from "../../src/telemetry/header-list.ts";
import { createRedactor } from "../../src/telemetry/redact.ts";
import { startReceiver } from "./receiver.ts";
import { record } from "./records.ts";

const now = () => 1_700_000_000_000;

async function send(count: number, status: () => number = () => 200) {
  const receiver = await startReceiver(status);
  const faults: unknown[] = [];
  const api = createGenericApi({
    endpoint: `${receiver.url}/logs`,
    headers: { authorization: "Bearer abc" },
    redactor: createRedactor(),
    onFault: (error) => faults.push(error),
    now,
  });
  for (let index = 0; index < count; index++) api.observer.finished(record({ callId: `call-${index}` }));
  await api.close();
  await receiver.close();
  return { received: receiver.received, faults };
}

test("requests are posted as one list, with the operator's headers", async () => {
  const { received, faults } = await send(3);
  expect(faults).toEqual([]);
  expect(received).toHaveLength(1);
  expect(received[0]?.path).toBe("/logs");
  expect(received[0]?.headers).toMatchObject({
    authorization: "Bearer abc",
    "content-type": "application/json",
  });
  const list = JSON.parse(received[0]?.text ?? "") as { id: string }[];
  expect(list.map(({ id }) => id)).toEqual(["call-0", "call-1", "call-2"]);
});

test("many requests are several lists, in order and without loss", async () => {
  const { received } = await send(250);
  const lists = received.map(({ text }) => JSON.parse(text) as { id: string }[]);
  expect(Math.max(...lists.map((list) => list.length))).toBeLessThanOrEqual(100);
  expect(lists.flat().map(({ id }) => id)).toEqual(
    Array.from({ length: 250 }, (_, index) => `call-${index}`),
  );
});

test("an endpoint that refuses is told of once", async () => {
  const { faults } = await send(5, () => 500);
  expect(faults.map(String)).toEqual(["Error: GENERIC_LOGGER_ENDPOINT answers 500"]);
});

test("an endpoint that sends elsewhere is not followed", async () => {
  const { faults, received } = await send(1, () => 307);
  expect(received).toHaveLength(1);
  expect(faults).toHaveLength(1);
});

describe("a summary", () => {
  test("has LiteLLM's names", () => {
    expect(toLogPayload(record({ totalMs: 2000, firstEventMs: 500, upstreamMs: 1900 }), now())).toMatchObject(
      {
        id: "call-1",
        call_type: "acompletion",
        status: "success",
        model_group: "qwen",
        model_id: "deployment-1",
        prompt_tokens: 12,
        completion_tokens: 34,
        total_tokens: 46,
        startTime: 1_699_999_998,
        completionStartTime: 1_699_999_998.5,
        endTime: 1_700_000_000,
        response_time: 0.5,
        cache_hit: false,
        hidden_params: { litellm_overhead_time_ms: 100 },
      },
    );
  });

  test("of a failure says what failed", () => {
    expect(toLogPayload(record({ status: 429, errorCode: "throttled" }), now())).toMatchObject({
      status: "failure",
      error_information: { error_code: "429", error_class: "RateLimitError", error_type: "throttled" },
    });
  });

  test("joins the caller's trace", () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    expect(toLogPayload(record({ traceparent }), now())).toMatchObject({
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    });
  });

  test("holds neither prompt nor answer", () => {
    const names = Object.keys(toLogPayload(record(), now()));
    for (const name of ["messages", "response", "prompt", "content"]) expect(names).not.toContain(name);
  });
});

test.each([
  [undefined, {}],
  ["", {}],
  ["Authorization=Bearer abc", { authorization: "Bearer abc" }],
  ["a=1, b=2=3 ,c", { a: "1", b: "2=3" }],
  ["a=%20x%", { a: "%20x%" }],
  ["a=%41", { a: "A" }],
  ["=value,a=", { a: "" }],
])("headers in %s are read", (text, headers) => {
  expect(parseHeaderList(text)).toEqual(headers);
});
