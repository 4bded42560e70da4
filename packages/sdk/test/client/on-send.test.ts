import { expect, test } from "vitest";
import { createClient, parseDeployment } from "../../src/index.ts";

const model = "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";
const hello = { choices: [{ message: { content: "Hello" }, finish_reason: "stop" }] };
const notReady = { status: 429, type: "ModelNotReadyException" };
const down = { status: 503, type: "ServiceUnavailableException" };

/** A client whose clock a wait moves on, in front of a Bedrock that fails so many times. */
function clientThatMeets(failures: readonly { readonly status: number; readonly type: string }[]) {
  const left = [...failures];
  let time = 0;
  const client = createClient({
    runtime: {
      now: () => time,
      random: () => 0.5,
      sleep: async (ms) => void (time += ms),
      env: () => ({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" }),
      send: async () => {
        const failure = left.shift();
        const headers: Record<string, string> = { "content-type": "application/json" };
        if (failure) headers["x-amzn-errortype"] = failure.type;
        return {
          status: failure?.status ?? 200,
          headers,
          body: (async function* () {
            yield Buffer.from(JSON.stringify(failure ? { message: "no" } : hello));
          })(),
        };
      },
    },
  });
  return { client, now: () => time };
}

test.each([
  ["once", [], 1],
  ["again after a retry's wait", [down, down], 3],
  ["again after the wait for a cold model", [notReady], 2],
])("a call tells each time that it goes out: %s", async (_, failures, times) => {
  const { client, now } = clientThatMeets(failures);
  const sent: number[] = [];
  await client.chat({
    deployment: parseDeployment({ model, max_retries: 2 }),
    request: { messages: [], tools: [], parameters: {}, chatTemplateKwargs: {}, extra: {} },
    stream: false,
    onSend: () => sent.push(now()),
  });
  expect(sent).toHaveLength(times);
  expect(sent).toEqual([...new Set(sent)].toSorted((one, other) => one - other));
  await client.close();
});
