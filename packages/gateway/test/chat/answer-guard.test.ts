import { type ChatEvent, OutcropError } from "@outcrop/sdk";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { type AnswerLimits, guardAnswer } from "../../src/chat/answer-guard.ts";
import type { Gateway } from "../../src/gateway.ts";
import { jsonAnswer, post, sseAnswer, sseChunk, startGateway } from "../start-gateway.ts";

const text = (piece: string, choice = 0): ChatEvent => ({ type: "text-delta", choice, text: piece });
const reasoning = (piece: string): ChatEvent => ({ type: "reasoning-delta", choice: 0, text: piece });
const times = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item);

/** The position of the event that the guard stops at; -1 for none. */
function stopsAt(limits: Partial<AnswerLimits>, events: readonly ChatEvent[]): number {
  const guard = guardAnswer({ maxSizeMb: undefined, repeatedChunks: 0, ...limits });
  return events.findIndex((event) => {
    try {
      guard([event]);
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(OutcropError);
      expect(error).toMatchObject({ code: "model_error" });
      return true;
    }
  });
}

describe("the same piece in a row", () => {
  test.each<[string, number, readonly ChatEvent[], number]>([
    ["up to the limit", 3, times(3, text("again")), 2],
    ["below it", 3, times(2, text("again")), -1],
    [
      "with something between",
      3,
      [...times(2, text("again")), text("other"), ...times(2, text("again"))],
      -1,
    ],
    ["with a short piece between", 3, [...times(2, text("again")), text("!"), text("again")], -1],
    ["one or two characters", 3, times(500, text("--")), -1],
    ["nothing", 3, times(500, text("")), -1],
    ["as reasoning", 3, times(3, reasoning("again")), 2],
    ["of one choice among two", 2, [text("again", 0), text("again", 1), text("again", 0)], 2],
    ["once in each choice", 2, [text("again", 0), text("again", 1)], -1],
    ["without a limit", 0, times(500, text("again")), -1],
  ])("%s", (_, repeatedChunks, events, expected) => {
    expect(stopsAt({ repeatedChunks }, events)).toBe(expected);
  });
});

describe("the size", () => {
  const kib = "x".repeat(1024);
  test.each<[string, readonly ChatEvent[], number]>([
    ["of text, to the byte", [...times(1024, text(kib)), text("x")], 1024],
    ["of text that just fits", times(1024, text(kib)), -1],
    ["in bytes, and not in characters", times(600, text("ä".repeat(1024))), 512],
    ["of reasoning and text together", [...times(1000, reasoning(kib)), ...times(100, text(kib))], 1024],
    [
      "of arguments",
      times(1025, { type: "tool-call-delta", choice: 0, index: 0, arguments: kib } as const),
      1024,
    ],
  ])("%s", (_, events, expected) => {
    expect(stopsAt({ maxSizeMb: 1 }, events)).toBe(expected);
  });

  test("counts the same however the text is cut", () => {
    const cuts = fc.array(fc.string({ maxLength: 50, unit: "grapheme" }), { maxLength: 50 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 1500 }), (pieces, limit) => {
        const isOver = Buffer.byteLength(pieces.join("")) > limit;
        const stopped = stopsAt(
          { maxSizeMb: limit / 1048576 },
          pieces.map((piece) => text(piece)),
        );
        expect(stopped !== -1).toBe(isOver);
      }),
    );
  });
});

describe("in the gateway", () => {
  let gateway: Gateway | undefined;
  afterEach(() => gateway?.close(0));

  const limited = `
model_list: [{model_name: m, litellm_params: {model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc"}}]
general_settings: {max_response_size_mb: 0.001}
litellm_settings: {REPEATED_STREAMING_CHUNK_LIMIT: 5}
`;
  const ask = { model: "m", messages: [{ role: "user", content: "hi" }] };

  test("a whole answer that is too large is a 502 that says why", async () => {
    const message = { role: "assistant", content: "x".repeat(2000) };
    gateway = await startGateway(
      async () => jsonAnswer({ choices: [{ message, finish_reason: "stop" }] }),
      limited,
    );
    const response = await post(gateway.url, ask);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      error: { type: "model_error", message: expect.stringContaining("max_response_size_mb") },
    });
  });

  test.each([
    ["is too large", (index: number) => `${index}${"x".repeat(400)}`, "max_response_size_mb"],
    ["repeats itself", () => "again", "repeats itself"],
  ])("a stream that %s ends with an error, and AWS is left", async (_, piece, why) => {
    let left = false;
    async function* endless() {
      try {
        for (let index = 0; ; index++) yield sseChunk(piece(index));
      } finally {
        left = true;
      }
    }
    gateway = await startGateway(async () => sseAnswer(endless()), limited);
    const body = await (await post(gateway.url, { ...ask, stream: true })).text();
    expect(body).toContain(why);
    expect(body).not.toContain("[DONE]");
    await expect.poll(() => left).toBe(true);
  });
});
