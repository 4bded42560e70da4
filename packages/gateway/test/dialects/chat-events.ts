import {
  type ChatEvent,
  type Completion,
  type FinishReason,
  type TokenLogprob,
  createCompletionFold,
} from "@outcrop/sdk";
import fc from "fast-check";

/** The whole answer of some events. */
export function foldEvents(events: readonly ChatEvent[]): Completion {
  const fold = createCompletionFold();
  for (const event of events) fold.push(event);
  const completion = fold.result();
  if (!completion) throw new Error("the events have no finish");
  return completion;
}

type Step = Exclude<ChatEvent, { type: "finish" }>;

/** What a test asks of the random answers it gets. */
export interface AnswerShape {
  /** Thinking, then text, then calls, as models nearly always answer; else in any order, again and again. */
  readonly ordered: boolean;
  readonly logprobs?: boolean;
  readonly choices?: number;
}

/** Text as models write it, with all that JSON and server-sent events must escape. */
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }),
  fc.string({ minLength: 1, maxLength: 6, unit: "binary" }),
  fc.constantFrom(
    "\n\ndata: [DONE]\n\n",
    "event: error\n",
    "\u2028",
    '"}]}',
    "\ud83d",
    "\\",
    "\r\n",
    "</script>",
  ),
);

const token: fc.Arbitrary<TokenLogprob> = fc.record({
  token: text,
  logprob: fc.double({ min: -20, max: 0, noNaN: true }).map((value) => value || -0.5),
  bytes: fc.array(fc.nat(255), { maxLength: 4 }),
  top_logprobs: fc.uniqueArray(
    fc.record({ token: text, logprob: fc.constant(-1.5), bytes: fc.constant([1, 2]) }),
    { maxLength: 2, selector: (other) => other.token },
  ),
});

const toolArguments = fc.oneof(
  fc.constant(""),
  fc
    .dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 3,
      noNullPrototype: true,
    })
    .map((value) => JSON.stringify(value)),
);

/** Random answers: thinking, text and parallel calls cut into any pieces, complete or cut off. */
export function answers(shape: AnswerShape): fc.Arbitrary<readonly ChatEvent[]> {
  const count = shape.choices ?? 1;
  return fc
    .tuple(fc.array(choiceSteps(shape), { minLength: count, maxLength: count }), fc.nat(), usage)
    .map(([drafts, seed, counted]) => [
      ...interleave(
        drafts.map(({ steps }, choice) => steps.map((step): ChatEvent => ({ ...step, choice }))),
        seed,
      ),
      { type: "finish", reasons: drafts.map(({ reason }) => reason), ...counted },
    ]);
}

const usage = fc.oneof(
  fc.constant({}),
  fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(50)).map(([prompt, completionTokens, cachedTokens]) => ({
    usage: { promptTokens: prompt + cachedTokens, completionTokens, cachedTokens },
  })),
);

interface ChoiceDraft {
  readonly steps: readonly Step[];
  readonly reason: FinishReason;
}

function choiceSteps({ ordered, logprobs = false }: AnswerShape): fc.Arbitrary<ChoiceDraft> {
  const thinking = text.map((piece): Step => ({ type: "reasoning-delta", choice: 0, text: piece }));
  const spoken = text.map((piece): Step => ({ type: "text-delta", choice: 0, text: piece }));
  const counted = fc
    .array(token, { maxLength: 2 })
    .map((content): Step => ({ type: "logprobs", choice: 0, content }));
  const words = logprobs ? fc.oneof(spoken, counted) : spoken;
  const said = ordered
    ? fc
        .tuple(fc.array(thinking, { maxLength: 4 }), fc.array(words, { maxLength: 6 }))
        .map((parts) => parts.flat())
    : fc.array(fc.oneof(thinking, words), { maxLength: 10 });
  return fc
    .tuple(said, calls, fc.nat(), fc.boolean(), fc.boolean())
    .map(([spokenFirst, made, seed, cut, filtered]) => {
      const callSteps = interleave(made, seed);
      const steps = ordered ? [...spokenFirst, ...callSteps] : interleave([spokenFirst, callSteps], seed);
      if (cut) return { steps: cutOff(steps), reason: "length" };
      return { steps, reason: made.length > 0 ? "tool_calls" : filtered ? "content_filter" : "stop" };
    });
}

/** Up to three calls, each a list of steps of its own. */
const calls: fc.Arbitrary<readonly (readonly Step[])[]> = fc
  .array(fc.tuple(fc.stringMatching(/^[a-z_]{1,8}$/), toolArguments, fc.array(fc.nat(), { maxLength: 3 })), {
    maxLength: 3,
  })
  .map((list) =>
    list.map(([name, json, cuts], index): readonly Step[] => [
      { type: "tool-call-start", choice: 0, index, id: `call_${index}`, name },
      ...pieces(json, cuts).map((piece): Step => ({
        type: "tool-call-delta",
        choice: 0,
        index,
        arguments: piece,
      })),
      { type: "tool-call-end", choice: 0, index },
    ]),
  );

/** An answer cut by its length: nothing is said of the call that was being written but that it ends. */
function cutOff(steps: readonly Step[]): readonly Step[] {
  const last = steps.findLastIndex((step) => step.type === "tool-call-delta");
  return last === -1 ? steps : steps.filter((_, place) => place !== last);
}

function pieces(json: string, cuts: readonly number[]): readonly string[] {
  const places = cuts.map((cut) => cut % (json.length + 1)).toSorted((a, b) => a - b);
  return [0, ...places].map((start, index) => json.slice(start, places[index]));
}

/** Merges lists in a random order that keeps each list's own; no list begins before those ahead of it have. */
function interleave<T>(lists: readonly (readonly T[])[], seed: number): readonly T[] {
  const rest = lists.map((list) => [...list]);
  const hasBegun = (place: number) =>
    lists[place]?.length === 0 || rest[place]?.length !== lists[place]?.length;
  const merged: T[] = [];
  for (let pick = seed; ; pick = (pick * 48_271 + 11) % 2_147_483_647) {
    const waiting = lists.findIndex((_, place) => !hasBegun(place));
    const open = rest.slice(0, waiting === -1 ? undefined : waiting + 1).filter((list) => list.length > 0);
    if (open.length === 0) return merged;
    merged.push(...(open[pick % open.length]?.splice(0, 1) ?? []));
  }
}
