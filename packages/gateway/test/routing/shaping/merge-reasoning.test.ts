import type { ChatEvent } from "@outcrop/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createReasoningMerger } from "../../../src/routing/shaping/merge-reasoning.ts";
import { createRig, readText } from "../rig.ts";

const think = (text: string, choice = 0): ChatEvent => ({ type: "reasoning-delta", choice, text });
const say = (text: string, choice = 0): ChatEvent => ({ type: "text-delta", choice, text });
const finish: ChatEvent = { type: "finish", reasons: ["stop"] };
const call: ChatEvent = { type: "tool-call-start", choice: 0, index: 0, id: "c", name: "f" };

/** What a client sees of each choice: its text, and the kinds of what else comes. */
function seen(events: readonly ChatEvent[]): Record<number, string> {
  const texts: Record<number, string> = {};
  for (const event of events) {
    if (event.type === "finish") continue;
    texts[event.choice] =
      (texts[event.choice] ?? "") + (event.type === "text-delta" ? event.text : `[${event.type}]`);
  }
  return texts;
}

describe("reasoning becomes content", () => {
  const rows: readonly [string, readonly ChatEvent[], Record<number, string>][] = [
    ["between think tags", [think("a"), think("b"), say("c"), finish], { 0: "<think>ab</think>c" }],
    ["closed before a tool call", [think("a"), call, finish], { 0: "<think>a</think>[tool-call-start]" }],
    ["closed at the end", [think("a"), finish], { 0: "<think>a</think>" }],
    [
      "as often as it comes",
      [think("a"), say("b"), think("c"), say("d"), finish],
      { 0: "<think>a</think>b<think>c</think>d" },
    ],
    [
      "for each choice",
      [think("a", 0), think("b", 1), say("c", 1), say("d", 0), finish],
      { 0: "<think>a</think>d", 1: "<think>b</think>c" },
    ],
    ["and without any nothing changes", [say("a"), call, finish], { 0: "a[tool-call-start]" }],
  ];
  test.each(rows)("%s", (_, events, expected) => {
    const merged = createReasoningMerger()(events);
    expect(seen(merged)).toEqual(expected);
    expect(merged.at(-1)).toBe(finish);
    expect(merged.filter(({ type }) => type === "reasoning-delta")).toEqual([]);
  });

  test("however the events are cut into batches", () => {
    const event = fc.oneof(
      fc.tuple(fc.string(), fc.nat(2)).map(([text, choice]) => think(text, choice)),
      fc.tuple(fc.string(), fc.nat(2)).map(([text, choice]) => say(text, choice)),
    );
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 1, max: 5 }), (list, size) => {
        const events = [...list, finish];
        const merge = createReasoningMerger();
        const cut = [];
        for (let at = 0; at < events.length; at += size) cut.push(...merge(events.slice(at, at + size)));
        expect(cut).toEqual(createReasoningMerger()(events));
      }),
      { seed: 9 },
    );
  });

  test("where the config asks for it, each answer for itself", async () => {
    const rig = createRig({
      models: [{ name: "a", shaping: { mergeReasoningContent: true } }, { name: "b" }],
      plan: () => ({ do: "answer", events: [think("hm"), say("yes"), finish] }),
    });
    expect(await readText(await rig.chat("a"))).toBe("<think>hm</think>yes");
    expect(await readText(await rig.chat("a", { stream: true }))).toBe("<think>hm</think>yes");
    expect(await readText(await rig.chat("b"))).toBe("yes");
  });
});
