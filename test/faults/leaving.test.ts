import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Fault } from "@outcrop/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { drained } from "../../packages/gateway/src/http/drained.ts";
import { type ClientApi, clientApis } from "./client-apis.ts";
import { type FaultRig, startFaultRig } from "./fault-rig.ts";

const [chat] = clientApis as [ClientApi];
let rig: FaultRig;
beforeAll(async () => {
  rig = await startFaultRig(
    // No deadline may end these calls: only the client does.
    { timeout: 60, streamTimeout: 60 },
    "general_settings: {global_max_parallel_requests: 8}\n",
  );
});
afterEach(() => {
  rig.emulator.clearFaults();
  rig.emulator.reset();
});
afterAll(() => rig.close());

/** The calls that have reached the local Bedrock, and how they ended. */
const outcomes = () => rig.emulator.requests().map(({ outcome }) => outcome);
interface Visit {
  /** Resolves when the first bytes of the answer's body have come. */
  readonly begun: Promise<void>;
  leave(): void;
}

function visit(path: string, body: object): Visit {
  const { promise, resolve } = Promise.withResolvers<void>();
  const outgoing = request(rig.gateway.url + path, { method: "POST" });
  outgoing.on("response", (response: IncomingMessage) =>
    response.once("data", () => resolve()).on("error", () => undefined),
  );
  outgoing.on("error", () => undefined);
  outgoing.end(JSON.stringify(body));
  return { begun: promise, leave: () => outgoing.destroy() };
}

const visitApi = (api: ClientApi, stream: boolean) =>
  visit(api.path, { ...api.body("qwen", "Tell me about rivers"), stream });

/** One call has come to Bedrock; it is cancelled when the client leaves, and none comes after it. */
async function leaveAfter(arrival: () => Promise<unknown>, visitor: Visit): Promise<void> {
  await arrival();
  const before = outcomes().length;
  expect(outcomes().at(-1)).toBeUndefined();
  visitor.leave();
  await expect.poll(() => outcomes().at(-1)).toBe("cancelled");
  expect(outcomes()).toHaveLength(before);
}

const arrived = () => expect.poll(() => outcomes().length).toBe(1);

describe("a client that leaves takes the call at Bedrock along", () => {
  const silent: Fault = { kind: "hang" };
  const stuck: Fault = { kind: "hang", after: 4 };

  test.each(clientApis)("before a whole answer: $name", async (api) => {
    rig.emulator.addFault(silent);
    await leaveAfter(arrived, visitApi(api, false));
  });

  test.each(clientApis)("before the first event of a stream: $name", async (api) => {
    rig.emulator.addFault(silent);
    await leaveAfter(arrived, visitApi(api, true));
  });

  test.each(clientApis)("in the middle of a stream: $name", async (api) => {
    rig.emulator.addFault(stuck);
    const visitor = visitApi(api, true);
    await leaveAfter(() => visitor.begun, visitor);
  });

  test.each(["converse", "converse-stream"])(
    "of Bedrock's own API, before an answer: %s",
    async (operation) => {
      rig.emulator.addFault(silent);
      const body = { messages: [{ role: "user", content: [{ text: "Hi" }] }] };
      await leaveAfter(arrived, visit(`/bedrock/model/kimi/${operation}`, body));
    },
  );

  test("of Bedrock's own API, in the middle of a stream", async () => {
    rig.emulator.addFault(stuck);
    const body = { messages: [{ role: "user", content: [{ text: "Hi" }] }] };
    const visitor = visit("/bedrock/model/kimi/converse-stream", body);
    await leaveAfter(() => visitor.begun, visitor);
  });

  test("of several prompts at once", async () => {
    rig.emulator.addFault(silent);
    const visitor = visit("/v1/completions", { model: "qwen", prompt: ["a", "b", "c"], stream: true });
    await expect.poll(outcomes).toHaveLength(3);
    visitor.leave();
    await expect.poll(outcomes).toEqual(["cancelled", "cancelled", "cancelled"]);
  });
});

describe("a client that leaves while it waits causes no call", () => {
  test("for its turn", async () => {
    rig.emulator.addFault({ kind: "hang" });
    const api = chat;
    const visitors = Array.from({ length: 8 }, () => visitApi(api, true));
    await expect.poll(outcomes).toHaveLength(8);
    const late = visitApi(api, true);
    await pause(100);
    expect(outcomes()).toHaveLength(8);
    late.leave();
    for (const visitor of visitors) visitor.leave();
    await expect.poll(() => outcomes().every((outcome) => outcome === "cancelled")).toBe(true);
    expect(outcomes()).toHaveLength(8);
    // The slots are free again.
    rig.emulator.clearFaults();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        rig.ask({ api, model: "qwen", prompt: "Tell me about rivers", stream: false }),
      ),
    );
    expect(answers.every(({ complete }) => complete)).toBe(true);
  });

  test("for a retry", async () => {
    rig.emulator.addFault({ kind: "error", exception: "ThrottlingException", message: "wait" });
    const visitor = visit("/v1/chat/completions", {
      ...chat.body("spare", "Tell me about rivers"),
      num_retries: 20,
    });
    await expect.poll(() => outcomes().length).toBeGreaterThan(1);
    visitor.leave();
    const settled = await settledCount();
    expect(outcomes()).toHaveLength(settled);
    expect(settled).toBeLessThan(20);
  });
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The number of calls, when none has come for a while: longer than the waits between the first retries. */
async function settledCount(): Promise<number> {
  let count = -1;
  while (count !== outcomes().length) {
    count = outcomes().length;
    await pause(1200);
  }
  return count;
}

test("a client that stops reading holds back the call, and loses nothing", async () => {
  const api = chat;
  const prompt = "Tell me about rivers in 4000 words";
  const whole = await rig.ask({ api, model: "qwen", prompt, stream: false });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const outgoing = request(`${rig.gateway.url}${api.path}`, { method: "POST" });
  outgoing.on("error", reject).on("response", (response) => {
    let text = "";
    response.once("readable", () =>
      setTimeout(() => response.setEncoding("utf8").on("data", (part: string) => (text += part)), 50),
    );
    response.on("end", () => resolve(text));
  });
  outgoing.end(JSON.stringify({ ...api.body("qwen", prompt), stream: true }));
  const events = (await promise)
    .trimEnd()
    .split("\n\n")
    .map((event) => event.slice(6));
  expect(events.at(-1)).toBe("[DONE]");
  const text = events.slice(0, -1).map((event) => api.delta(JSON.parse(event) as never));
  expect(text.join("")).toBe(whole.text);
});

test("a client that takes nothing any more is cut off", async () => {
  const cutOff = Promise.withResolvers<void>();
  const writeOn = async (response: ServerResponse) => {
    while (!response.destroyed) if (!response.write(Buffer.alloc(65_536))) await drained(response, 20);
    cutOff.resolve();
  };
  const server = createServer((_, response) => void writeOn(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await cutOff.promise;
  socket.destroy();
  server.close();
});
