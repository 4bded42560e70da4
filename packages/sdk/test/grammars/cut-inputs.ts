import type { Input } from "./fold-grammar.ts";

/** How many places an input can be cut at. */
export function lengthOf(input: Input): number {
  if ("text" in input) return input.text.length;
  if ("reasoning" in input) return input.reasoning.length;
  return input.call.arguments?.length ?? 0;
}

export function totalLength(inputs: readonly Input[]): number {
  return inputs.reduce((sum, input) => sum + lengthOf(input), 0);
}

/** Inputs cut at places that count through all of them. */
export function cutInputs(inputs: readonly Input[], places: readonly number[]): readonly Input[] {
  let start = 0;
  return inputs.flatMap((input) => {
    const end = start + lengthOf(input);
    const inside = places.filter((place) => place > start && place < end).map((place) => place - start);
    start = end;
    return pieces(input, [0, ...new Set(inside.toSorted((a, b) => a - b)), lengthOf(input)]);
  });
}

/** Inputs of one character each. */
export function shred(inputs: readonly Input[]): readonly Input[] {
  return inputs.flatMap((input) =>
    pieces(
      input,
      Array.from({ length: lengthOf(input) + 1 }, (_, at) => at),
    ),
  );
}

function pieces(input: Input, edges: readonly number[]): readonly Input[] {
  if (edges.length < 3) return [input];
  return edges.slice(1).map((edge, at) => slice(input, edges[at] ?? 0, edge));
}

function slice(input: Input, from: number, to: number): Input {
  if ("text" in input) return { text: input.text.slice(from, to) };
  if ("reasoning" in input) return { reasoning: input.reasoning.slice(from, to) };
  const { index, arguments: text = "" } = input.call;
  const part = text.slice(from, to);
  return { call: from === 0 ? { ...input.call, arguments: part } : { index, arguments: part } };
}
