import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { ListImportedModelsCommand } from "@aws-sdk/client-bedrock";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { describe, expect, test } from "vitest";
import { exceptionStatus } from "../src/aws/failure.ts";
import { createFaultBook } from "../src/faults/fault-book.ts";
import { parseFault } from "../src/index.ts";
import type { Fault } from "../src/index.ts";
import {
  arns,
  failureOf,
  gather,
  invoke,
  invokeStream,
  kimi,
  startRig,
  stopRig,
  useRig,
  weatherTool,
} from "./rig.ts";
import type { Json, Rig } from "./rig.ts";

const rig = useRig();
const prompt = { prompt: "How is the rainbow formed?", max_gen_len: 200 };
const messages = [{ role: "user" as const, content: [{ text: "How is the rainbow formed?" }] }];
const converseStream = async ({ runtime }: Rig): Promise<Json[]> =>
  gather((await runtime.send(new ConverseStreamCommand({ modelId: arns.llama, messages }))).stream);

/** The bytes of a streamed answer, and how its connection ended. */
async function rawStream(
  { emulator }: Rig,
  modelId: string = arns.llama,
): Promise<{ status: number; type: string | null; bytes: Buffer; broken: boolean }> {
  const answer = await fetch(
    `${emulator.url}/model/${encodeURIComponent(modelId)}/invoke-with-response-stream`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(prompt),
    },
  );
  const chunks: Uint8Array[] = [];
  let broken = false;
  try {
    for await (const chunk of answer.body ?? []) chunks.push(chunk);
  } catch {
    broken = true;
  }
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    bytes: Buffer.concat(chunks),
    broken,
  };
}

/** Splits bytes into whole frames and what is left. */
function splitFrames(bytes: Buffer): { frames: Buffer[]; rest: Buffer } {
  const frames: Buffer[] = [];
  let from = 0;
  while (bytes.length - from >= 4 && bytes.length - from >= bytes.readUInt32BE(from)) {
    const to = from + bytes.readUInt32BE(from);
    frames.push(bytes.subarray(from, to));
    from = to;
  }
  return { frames, rest: bytes.subarray(from) };
}

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString()),
  (text) => Buffer.from(text),
);

describe("every exception", () => {
  test.each(Object.entries(exceptionStatus))("%s answers with %d", async (exception, status) => {
    rig().emulator.addFault({ kind: "error", exception, count: 2 });
    const failure = await failureOf(invoke(rig().runtime, arns.llama, prompt));
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual([exception, status]);
    const streamed = await failureOf(invokeStream(rig().http1, arns.llama, prompt));
    expect(streamed.name).toBe(exception);
    expect(await invoke(rig().runtime, arns.llama, prompt)).toHaveProperty("generation");
  });

  test("may have another status and text", async () => {
    rig().emulator.addFault({
      kind: "error",
      exception: "ThrottlingException",
      status: 503,
      message: "slow down",
    });
    const failure = await failureOf(invoke(rig().runtime, arns.llama, prompt));
    expect([failure.name, failure.message, failure.$metadata.httpStatusCode]).toEqual([
      "ThrottlingException",
      "slow down",
      503,
    ]);
  });

  test("AWS's own client gets over two of them by itself, and not over three", async () => {
    const { emulator } = rig();
    const settings = { endpoint: emulator.url, region: "us-east-1", credentials: emulator.credentials };
    const client = new BedrockRuntimeClient(settings);
    emulator.addFault({ kind: "error", exception: "ServiceUnavailableException", count: 2 });
    expect(await invoke(client, arns.llama, prompt)).toHaveProperty("generation");
    expect(emulator.requests().map(({ status }) => status)).toEqual([503, 503, 200]);
    emulator.addFault({ kind: "error", exception: "ServiceUnavailableException" });
    expect((await failureOf(invoke(client, arns.llama, prompt))).name).toBe("ServiceUnavailableException");
    expect(emulator.requests()).toHaveLength(6);
    client.destroy();
  });

  test("strikes the control plane too", async () => {
    rig().emulator.addFault({
      kind: "error",
      exception: "AccessDeniedException",
      operation: "ListImportedModels",
    });
    expect((await failureOf(rig().control.send(new ListImportedModelsCommand({})))).name).toBe(
      "AccessDeniedException",
    );
    expect(await invoke(rig().runtime, arns.llama, prompt)).toHaveProperty("generation");
  });
});

describe("in the middle of a stream", () => {
  test.each([
    ["ThrottlingException", "ThrottlingException"],
    ["ModelStreamErrorException", "ModelStreamErrorException"],
    ["InternalServerException", "InternalServerException"],
    ["ServiceUnavailableException", "ServiceUnavailableException"],
    ["ValidationException", "ValidationException"],
    ["ModelTimeoutException", "ModelTimeoutException"],
    ["ModelNotReadyException", "modelNotReadyException"],
  ])("%s is thrown by AWS's client as %s, after the good chunks", async (exception, name) => {
    rig().emulator.addFault({ kind: "stream-error", exception, after: 3, message: "so" });
    const output = await rig().runtime.send(
      new InvokeModelWithResponseStreamCommand({
        modelId: arns.llama,
        contentType: "application/json",
        body: JSON.stringify(prompt),
      }),
    );
    let chunks = 0;
    const failure = await failureOf(
      (async () => {
        for await (const _ of output.body ?? []) chunks++;
      })(),
    );
    expect([failure.name, chunks]).toEqual([name, 3]);
  });

  test("an error frame is thrown by its code", async () => {
    rig().emulator.addFault({ kind: "error-frame", code: "Broken", message: "bad thing", after: 2 });
    const failure = await failureOf(invokeStream(rig().runtime, arns.llama, prompt));
    expect([failure.name, failure.message]).toEqual(["Broken", "bad thing"]);
  });

  test("ConverseStream is struck in the same way", async () => {
    rig().emulator.addFault({ kind: "stream-error", exception: "ThrottlingException" });
    expect((await failureOf(converseStream(rig()))).name).toBe("ThrottlingException");
  });

  test("a damaged frame fails AWS's checksum", async () => {
    rig().emulator.addFault({ kind: "corrupt", after: 2 });
    const { message } = await failureOf(invokeStream(rig().runtime, arns.llama, prompt));
    expect(message).toMatch(/checksum/i);
  });

  test("exactly one bit is flipped, and the stream goes on", async () => {
    const clean = await rawStream(rig());
    rig().emulator.reset();
    rig().emulator.addFault({ kind: "corrupt", after: 2, bytes: 20 });
    const damaged = await rawStream(rig());
    const frames = splitFrames(damaged.bytes).frames;
    expect(frames.length).toBe(splitFrames(clean.bytes).frames.length);
    const broken = frames.map((frame, index) => {
      try {
        codec.decode(frame);
        return -1;
      } catch {
        return index;
      }
    });
    expect(broken.filter((index) => index >= 0)).toEqual([2]);
  });

  test("a truncated frame ends the stream in its middle", async () => {
    rig().emulator.addFault({ kind: "truncate", after: 2, bytes: 30, count: 1 });
    const { bytes, broken } = await rawStream(rig());
    const { frames, rest } = splitFrames(bytes);
    expect([frames.length, rest.length, broken]).toEqual([2, 30, false]);
    rig().emulator.addFault({ kind: "truncate" });
    expect((await failureOf(invokeStream(rig().runtime, arns.llama, prompt))).message).toMatch(/truncated/i);
  });

  test("without its final frame a stream just ends", async () => {
    rig().emulator.addFault({ kind: "no-final" });
    const chunks = await invokeStream(rig().runtime, arns.llama, prompt);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.every((chunk) => chunk.stop_reason === null)).toBe(true);
    const events = await converseStream(rig());
    expect(Object.keys(events.at(-1))).toEqual(["contentBlockStop"]);
  });

  test.each(["runtime", "http1"] as const)(
    "a reset breaks the connection after what was sent (%s)",
    async (client) => {
      rig().emulator.addFault({ kind: "reset", after: 2 });
      const output = await rig()[client].send(
        new InvokeModelWithResponseStreamCommand({
          modelId: arns.llama,
          contentType: "application/json",
          body: JSON.stringify(prompt),
        }),
      );
      let chunks = 0;
      await failureOf(
        (async () => {
          for await (const _ of output.body ?? []) chunks++;
        })(),
      );
      expect(chunks).toBe(2);
      expect(rig().emulator.requests()[0]?.fault).toBe("reset");
    },
  );

  test("a stream that is too short is struck at its last frame", async () => {
    rig().emulator.addFault({ kind: "stream-error", exception: "ThrottlingException", after: 1000 });
    expect((await failureOf(invokeStream(rig().runtime, arns.llama, prompt))).name).toBe(
      "ThrottlingException",
    );
  });

  test("fragments cut anywhere, and change nothing", async () => {
    const whole = await invokeStream(rig().runtime, arns.llama, prompt);
    rig().emulator.addFault({ kind: "fragment", bytes: 5 });
    for (const client of [rig().runtime, rig().http1]) {
      const chunks = await invokeStream(client, arns.llama, prompt);
      expect(chunks.map((chunk) => chunk.generation)).toEqual(whole.map((chunk) => chunk.generation));
    }
  });

  test("a JSON body may come in place of a stream", async () => {
    rig().emulator.addFault({ kind: "json-body" });
    const { status, type, bytes } = await rawStream(rig());
    expect([status, type]).toEqual([200, "application/json"]);
    expect(JSON.parse(bytes.toString())).toEqual({
      Output: { __type: "com.amazon.coral.service#UnknownOperationException" },
      Version: "1.0",
    });
    expect(await invoke(rig().runtime, arns.llama, prompt)).toHaveProperty("generation");
  });

  test.each([
    [true, 1],
    [false, 0],
  ])("padding can be %s", async (enabled, least) => {
    rig().emulator.addFault({ kind: "padding", enabled });
    const { frames } = splitFrames((await rawStream(rig())).bytes);
    const paddings = frames.map(
      (frame) => JSON.parse(Buffer.from(codec.decode(frame).body).toString()).p?.length ?? 0,
    );
    expect(Math.min(...paddings) >= least).toBe(true);
    expect(Math.max(...paddings) > 0).toBe(enabled);
  });
});

describe("silence and slowness", () => {
  test.each(["runtime", "http1"] as const)("a reset before any answer (%s)", async (client) => {
    rig().emulator.addFault({ kind: "reset" });
    await failureOf(
      rig()[client].send(
        new InvokeModelCommand({ modelId: arns.llama, contentType: "application/json", body: "{}" }),
      ),
    );
    expect(rig().emulator.requests()[0]).toMatchObject({ status: 0, fault: "reset" });
  });

  test("a hang lasts until the caller leaves", async () => {
    rig().emulator.addFault({ kind: "hang" });
    const leave = new AbortController();
    const failure = failureOf(
      rig().http1.send(new ConverseCommand({ modelId: arns.llama, messages }), { abortSignal: leave.signal }),
    );
    while (rig().emulator.requests().length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    leave.abort();
    expect((await failure).name).toBe("AbortError");
  });

  test("a hang in the middle may end", async () => {
    rig().emulator.addFault({ kind: "hang", after: 3, delay: 3_600_000 });
    const chunks = invokeStream(rig().runtime, arns.llama, prompt);
    while (rig().emulator.requests()[0]?.status !== 200)
      await new Promise((resolve) => setTimeout(resolve, 2));
    const wake = setInterval(() => rig().emulator.advance("1h"), 5);
    expect((await chunks).length).toBeGreaterThan(5);
    clearInterval(wake);
  });

  test("slow tokens keep to the clock", async () => {
    const slow = await startRig();
    slow.emulator.addFault({ kind: "slow", delay: 60_000, tokensPerSecond: 1 });
    const chunks = invokeStream(slow.runtime, arns.llama, prompt);
    const wake = setInterval(() => slow.emulator.advance("10s"), 1);
    const count = (await chunks).length;
    clearInterval(wake);
    const { time } = slow.emulator.ledger();
    expect(Date.parse(time) - Date.now()).toBeGreaterThanOrEqual((60 + count) * 1000 - 20_000);
    await stopRig(slow);
  });
});

describe("whole answers", () => {
  test("can be damaged", async () => {
    rig().emulator.addFault({ kind: "corrupt", bytes: 0 });
    expect(await failureOf(invoke(rig().runtime, arns.llama, prompt))).toBeInstanceOf(SyntaxError);
  });

  test("can break off", async () => {
    rig().emulator.addFault({ kind: "truncate" });
    expect(await failureOf(invoke(rig().http1, arns.llama, prompt))).toBeInstanceOf(Error);
  });
});

describe("leaks", () => {
  const body = {
    messages: [{ role: "user", content: "What's the weather in Tokyo?" }],
    tools: [weatherTool],
  };

  test("native tokens in the reasoning", async () => {
    rig().emulator.addFault({ kind: "leak-native-tokens" });
    const { choices } = await invoke(rig().runtime, kimi, body);
    expect(choices[0].message).not.toHaveProperty("tool_calls");
    expect(choices[0].message.content).toMatch(
      /<reasoning>.*<\|tool_calls_section_begin\|> <\|tool_call_begin\|> functions\.get_weather:0 <\|tool_call_argument_begin\|> \{"location": "Tokyo"\} <\|tool_call_end\|> <\|tool_calls_section_end\|> <\/reasoning>$/,
    );
    expect(choices[0].finish_reason).toBe("stop");
  });

  test("function text, and an ordinary end", async () => {
    rig().emulator.addFault({ kind: "leak-function-text" });
    const { choices } = await invoke(rig().runtime, kimi, body);
    expect(choices[0].message.content).toContain(
      "<function=get_weather><parameter=location>Tokyo</parameter></function>",
    );
    expect(choices[0].finish_reason).toBe("stop");
  });

  test("a channel in a name", async () => {
    rig().emulator.addFault({ kind: "leak-channel" });
    const { choices } = await invoke(rig().runtime, arns.gptOss, body);
    expect(choices[0].message.tool_calls[0].function.name).toBe("get_weather<|channel|>commentary");
  });
});

describe("which calls are struck", () => {
  const target = { operation: "InvokeModel", modelId: arns.llama, modelName: "my-model" } as const;
  const strikes = (fault: Partial<Fault>, calls: number, seed = 1): boolean[] => {
    const book = createFaultBook([{ kind: "reset", ...fault }], seed);
    return Array.from({ length: calls }, () => book.strike(target).length > 0);
  };

  test.each<[Partial<Fault>, boolean[]]>([
    [{}, [true, true, true]],
    [{ count: 2 }, [true, true, false]],
    [{ skip: 1 }, [false, true, true]],
    [{ skip: 1, count: 1 }, [false, true, false]],
    [{ rate: 0 }, [false, false, false]],
    [{ model: "llama" }, [true, true, true]],
    [{ model: "my-model" }, [true, true, true]],
    [{ model: "qwen" }, [false, false, false]],
    [{ operation: "InvokeModel" }, [true, true, true]],
    [{ operation: "Converse" }, [false, false, false]],
  ])("%j", (fault, expected) => {
    expect(strikes(fault, 3)).toEqual(expected);
  });

  test("a rate is met about, and the same calls again with the same seed", () => {
    const struck = strikes({ rate: 0.3 }, 1000);
    const share = struck.filter(Boolean).length / 1000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
    expect(strikes({ rate: 0.3 }, 1000)).toEqual(struck);
    expect(strikes({ rate: 0.3 }, 1000, 2)).not.toEqual(struck);
  });
});

describe("flags", () => {
  test.each<[string, Fault]>([
    ["reset", { kind: "reset" }],
    ["reset:after=3", { kind: "reset", after: 3 }],
    ["throttling", { kind: "error", exception: "ThrottlingException" }],
    [
      "ModelTimeoutException:rate=0.2,count=5",
      { kind: "error", exception: "ModelTimeoutException", rate: 0.2, count: 5 },
    ],
    [
      "error:exception=internal-server,status=502",
      { kind: "error", exception: "InternalServerException", status: 502 },
    ],
    ["slow:delay=2s,tokensPerSecond=5", { kind: "slow", delay: 2000, tokensPerSecond: 5 }],
    ["padding:enabled=off", { kind: "padding", enabled: false }],
    [
      "hang:model=qwen,operation=ConverseStream",
      { kind: "hang", model: "qwen", operation: "ConverseStream" },
    ],
  ])("%s", (flag, fault) => {
    expect(parseFault(flag)).toEqual(fault);
  });

  test.each([
    ["nonsense", "unknown kind of fault"],
    ["reset:after", 'expected name=value in "reset:after"'],
    ["reset:afetr=3", "unknown setting"],
    ["reset:rate=2", "expected a number from 0 to 1, got 2"],
    ["reset:operation=Foo", "expected one of InvokeModel"],
    ["slow:delay=fast", "is not a duration"],
  ])("%s is refused", (flag, text) => {
    expect(() => parseFault(flag)).toThrow(text);
  });
});
