import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Found, createMarkerScanner, indexMarkers } from "../../src/grammars/marker-scanner.ts";
import * as specs from "../../src/grammars/specs.ts";
import { markersInContent } from "../../src/grammars/grammar-plan.ts";

const markers = ["<think>", "</think>", "<tool_call>", "[TOOL_CALLS]", "<|end|>"];

/** Texts and markers in their order, whatever the pieces. */
function scan(pieces: readonly string[]): readonly string[] {
  const scanner = createMarkerScanner(indexMarkers(markers));
  const parts: string[] = [""];
  for (const piece of pieces) {
    for (let unread = piece; unread !== "";) {
      const found: Found = scanner.push(unread);
      parts.push((parts.pop() ?? "") + found.before);
      if (found.marker) parts.push(found.marker, "");
      unread = found.rest;
    }
  }
  parts.push((parts.pop() ?? "") + scanner.flush());
  return parts;
}

describe("a marker scanner", () => {
  test.each([
    ["plain", ["plain"]],
    ["a<think>b", ["a", "<think>", "b"]],
    ["<think></think>", ["", "<think>", "", "</think>", ""]],
    ["<<think>", ["<", "<think>", ""]],
    ["<thin<think>", ["<thin", "<think>", ""]],
    ["[[TOOL_CALLS]]", ["[", "[TOOL_CALLS]", "]"]],
    ["<thin", ["<thin"]],
    ["<|end|><|end", ["", "<|end|>", "<|end"]],
  ])("%s", (text, parts) => {
    expect(scan([text])).toEqual(parts);
    expect(scan(text.split(""))).toEqual(parts);
  });

  test("holds back only what a marker may begin with", () => {
    const scanner = createMarkerScanner(indexMarkers(markers));
    expect(scanner.push("ab <thi")).toEqual({ before: "ab ", rest: "" });
    expect(scanner.isHolding()).toBe(true);
    expect(scanner.push("s")).toEqual({ before: "<this", rest: "" });
    expect(scanner.isHolding()).toBe(false);
    expect(scanner.flush()).toBe("");
  });

  test("never holds as much as a whole marker", () => {
    const piece = fc.constantFrom("<", "<th", "ink>", "[TOOL_", "CALLS]", "<|", "x", "</");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const scanner = createMarkerScanner(indexMarkers(markers));
        for (const each of pieces) for (let rest: string = each; rest !== "";) rest = scanner.push(rest).rest;
        expect(scanner.flush().length).toBeLessThan("[TOOL_CALLS]".length);
      }),
    );
  });

  test("finds the same wherever the text is cut", () => {
    const part = fc.constantFrom(...markers, "<", "</", "[", "a", "think>", "|end|>", "<|");
    fc.assert(
      fc.property(fc.array(part), fc.nat(60), (parts, place) => {
        const text = parts.join("");
        expect(scan([text.slice(0, place), text.slice(place)])).toEqual(scan([text]));
      }),
    );
  });

  test("without markers, all is text", () => {
    expect(createMarkerScanner(indexMarkers([])).push("<think>[]")).toEqual({
      before: "<think>[]",
      rest: "",
    });
  });
});

test.each(Object.entries(specs))("%s: no marker is the beginning of another", (_name, spec) => {
  const syntaxes = [...spec.calls, ...spec.callsInReasoning];
  const all = new Set([
    ...markersInContent(spec),
    ...spec.thinkTags.map((pair) => pair.close),
    ...syntaxes.flatMap((syntax) => [...syntax.markers, ...(syntax.strays ?? [])]),
  ]);
  for (const one of all)
    for (const other of all) expect(one !== other && other.startsWith(one), `${one} ${other}`).toBe(false);
});
