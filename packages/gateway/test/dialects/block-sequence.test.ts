import type { ChatEvent } from "@outcrop/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Block,
  type BlockEvent,
  type BlockSequenceOptions,
  blocksOf,
  createBlockSequence,
} from "../../src/dialects/block-sequence.ts";
import { answers, foldEvents } from "./chat-events.ts";

/** One line a step, so that a row of the table can be read. */
function trace(events: readonly ChatEvent[], options?: BlockSequenceOptions): readonly string[] {
  const sequence = createBlockSequence(options);
  return events.flatMap((event) => sequence.push(event)).map(line);
}

function line(step: BlockEvent): string {
  const name = `${step.index} ${step.block.kind}`;
  return step.type === "start"
    ? `${name} {`
    : step.type === "delta"
      ? `${name} ${step.text}`
      : `${name} }=${step.block.text}`;
}

const text = (piece: string): ChatEvent => ({ type: "text-delta", choice: 0, text: piece });
const thought = (piece: string): ChatEvent => ({ type: "reasoning-delta", choice: 0, text: piece });
const start = (index: number): ChatEvent => ({
  type: "tool-call-start",
  choice: 0,
  index,
  id: `call_${index}`,
  name: "f",
});
const delta = (index: number, json: string): ChatEvent => ({
  type: "tool-call-delta",
  choice: 0,
  index,
  arguments: json,
});
const end = (index: number): ChatEvent => ({ type: "tool-call-end", choice: 0, index });
const finish: ChatEvent = { type: "finish", reasons: ["stop"] };

describe("a block sequence", () => {
  const rows: readonly (readonly [string, readonly ChatEvent[], readonly string[]])[] = [
    ["nothing", [finish], []],
    ["empty pieces start nothing", [thought(""), text(""), finish], []],
    [
      "text is shown as it comes and ends with the answer",
      [text("a"), text("b"), finish],
      ["0 text {", "0 text a", "0 text b", "0 text }=ab"],
    ],
    [
      "thinking ends when text begins",
      [thought("x"), text("a"), finish],
      ["0 reasoning {", "0 reasoning x", "0 reasoning }=x", "1 text {", "1 text a", "1 text }=a"],
    ],
    ["a call without arguments", [start(0), end(0), finish], ["0 tool-call {", "0 tool-call }="]],
    [
      "a second call waits for the first, and comes out with all that it was given meanwhile",
      [
        start(0),
        start(1),
        delta(1, "B"),
        delta(0, "A"),
        delta(1, "b"),
        end(0),
        delta(1, "!"),
        end(1),
        finish,
      ],
      [
        "0 tool-call {",
        "0 tool-call A",
        "0 tool-call }=A",
        "1 tool-call {",
        "1 tool-call Bb",
        "1 tool-call !",
        "1 tool-call }=Bb!",
      ],
    ],
    [
      "text in the middle of a call waits for its end",
      [start(0), delta(0, "{"), text("a"), delta(0, "}"), text("b"), end(0), finish],
      [
        "0 tool-call {",
        "0 tool-call {",
        "0 tool-call }",
        "0 tool-call }={}",
        "1 text {",
        "1 text ab",
        "1 text }=ab",
      ],
    ],
    [
      "calls that were never ended come out at the finish",
      [start(0), delta(0, "A"), start(1), delta(1, "B"), finish],
      [
        "0 tool-call {",
        "0 tool-call A",
        "0 tool-call }=A",
        "1 tool-call {",
        "1 tool-call B",
        "1 tool-call }=B",
      ],
    ],
    ["other choices are not these APIs' concern", [{ type: "text-delta", choice: 1, text: "a" }, finish], []],
    ["a piece of a call that never began is lost", [delta(3, "A"), end(3), finish], []],
  ];

  it.each(rows)("%s", (_, events, expected) => {
    expect(trace(events)).toEqual(expected);
  });

  it("keeps nothing but a call's arguments to its end, if told so", () => {
    const events = [thought("x"), text("a"), text("b"), start(0), delta(0, "{"), delta(0, "}"), finish];
    expect(trace(events, { keepsText: false })).toEqual(
      trace(events).map((step) => (step.includes("tool-call") ? step : step.replace(/}=.*/, "}="))),
    );
  });

  it("shows blocks one after another, whose pieces join to their text", () => {
    fc.assert(
      fc.property(answers({ ordered: false, logprobs: true }), (events) => {
        const sequence = createBlockSequence();
        const steps = events.flatMap((event) => sequence.push(event));
        let open: { index: number; text: string } | undefined;
        let next = 0;
        for (const step of steps) {
          if (step.type === "start") {
            expect(open).toBeUndefined();
            expect(step.block.text).toBe("");
            open = { index: next++, text: "" };
          }
          expect(step.index).toBe(open?.index);
          if (step.type === "delta" && open) open.text += step.text;
          if (step.type === "stop") {
            expect(step.block.text).toBe(open?.text);
            open = undefined;
          }
        }
        expect(open).toBeUndefined();
      }),
    );
  });

  it("says what the whole answer says", () => {
    fc.assert(
      fc.property(
        fc.boolean().chain((ordered) => answers({ ordered }).map((events) => ({ ordered, events }))),
        ({ ordered, events }) => {
          const sequence = createBlockSequence();
          const steps = events.flatMap((event) => sequence.push(event));
          const shown = steps.flatMap((step) => (step.type === "stop" ? [step.block] : []));
          const whole = foldEvents(events).choices.flatMap(blocksOf);
          expect(gathered(shown)).toEqual(gathered(whole));
          if (ordered) expect(shown).toEqual(whole);
        },
      ),
    );
  });
});

/** All text of each kind; a whole answer does not know any more what came between. */
function gathered(blocks: readonly Block[]) {
  const joined = (kind: Block["kind"]) =>
    blocks
      .filter((block) => block.kind === kind)
      .map((block) => block.text)
      .join("");
  return {
    reasoning: joined("reasoning"),
    text: joined("text"),
    calls: blocks.filter((block) => block.kind === "tool-call"),
  };
}
