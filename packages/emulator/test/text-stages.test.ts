import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Clock } from "../src/base/clock.ts";
import { createRandom } from "../src/base/random.ts";
import { collect, toTokens, tokenCount } from "../src/text/answer.ts";
import type { Answer, Token } from "../src/text/answer.ts";
import { groupTokens } from "../src/text/group.ts";
import { leakCalls } from "../src/text/leak.ts";
import { limitTokens, stopAt } from "../src/text/limits.ts";
import { toNativeTokens } from "../src/text/native.ts";
import type { NativeOptions } from "../src/text/native.ts";
import { paceTokens } from "../src/text/pace.ts";
import type { FaultKind } from "../src/index.ts";
import { withLast } from "../src/runtime/with-last.ts";

async function* from(tokens: Iterable<Token>): AsyncGenerator<Token> {
  yield* tokens;
}

async function list<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const texts = (...pieces: string[]): Token[] => [
  ...pieces.map((text): Token => ({ type: "text", text })),
  { type: "end", reason: "stop" },
];
const textOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => (token.type === "text" ? token.text : "")).join("");
const reasonOf = (tokens: readonly Token[]): string | undefined => {
  const last = tokens.at(-1);
  return last?.type === "end" ? last.reason : undefined;
};

/** Any answer, with words of a few letters so that sequences meet. */
const word = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 6 });
const answers: fc.Arbitrary<Answer> = fc.record({
  reasoning: word,
  text: word,
  calls: fc.array(
    fc.record({ name: fc.constantFrom("f", "g"), arguments: fc.constantFrom("{}", '{"a": 1}') }),
    { maxLength: 2 },
  ),
});

describe("an answer", () => {
  test("is what its tokens fold to", async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        const { reasoning, text, calls, end } = await collect(from(toTokens(answer)));
        expect({
          reasoning,
          text,
          calls: calls.map(({ name, arguments: given }) => ({ name, arguments: given })),
        }).toEqual(answer);
        expect(end.reason).toBe(answer.calls.length > 0 ? "tool_calls" : "stop");
      }),
    );
  });

  test("has exactly one end, last", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const types = [...toTokens(answer)].map((token) => token.type);
        expect(types.filter((type) => type === "end")).toHaveLength(1);
        expect(types.at(-1)).toBe("end");
      }),
    );
  });

  test("may say itself why it ended, and a fold counts tokens", async () => {
    const folded = await collect(
      from(
        toTokens({ reasoning: "a b", text: "c", calls: [{ name: "f", arguments: "" }], finish: "length" }),
      ),
    );
    expect(folded).toMatchObject({ end: { reason: "length" }, count: 4, tokens: ["c"] });
  });
});

describe("a token limit", () => {
  test.each([
    [0, 0, "length"],
    [1, 1, "length"],
    [2, 2, "length"],
    [3, 3, "stop"],
    [4, 3, "stop"],
  ])("of %d leaves %d of three, and ends by %s", async (most, left, reason) => {
    const tokens = await list(limitTokens(from(texts("a", "b", "c")), most));
    expect([tokens.length - 1, reasonOf(tokens)]).toEqual([left, reason]);
  });

  test("counts reasoning and calls as well", async () => {
    const answer = { reasoning: "r s", text: "", calls: [{ name: "f", arguments: "{}" }] };
    for (let most = 0; most < 6; most++) {
      const tokens = await list(limitTokens(from(toTokens(answer)), most));
      expect(tokens.reduce((sum, token) => sum + tokenCount(token), 0)).toBe(
        Math.min(most, [...toTokens(answer)].length - 1),
      );
    }
  });
});

describe("stop sequences", () => {
  /** What a stop sequence leaves of a text: the same however it is cut into tokens. */
  function expected(text: string, sequences: readonly string[]): { text: string; stop: string | undefined } {
    const found = sequences
      .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
      .filter(({ at }) => at >= 0)
      .toSorted(
        (left, right) =>
          left.at + left.sequence.length - right.at - right.sequence.length || left.at - right.at,
      )[0];
    return found === undefined
      ? { text, stop: undefined }
      : { text: text.slice(0, found.at), stop: found.sequence };
  }

  test("cut the same however the text is split", async () => {
    const sequences = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 3 }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 8 }), sequences, async (pieces, stops) => {
        const tokens = await list(stopAt(from(texts(...pieces)), stops));
        const wanted = expected(pieces.join(""), stops);
        expect(textOf(tokens)).toBe(wanted.text);
        const last = tokens.at(-1);
        expect(last?.type === "end" ? [last.reason, last.stop] : []).toEqual(
          wanted.stop === undefined ? ["stop", undefined] : ["stop_sequence", expect.any(String)],
        );
      }),
      { numRuns: 500 },
    );
  });

  test("hold nothing back that can't be their beginning, and give no empty pieces", async () => {
    const tokens = await list(stopAt(from(texts("abc", "x", "abx", "ab")), ["abd"]));
    expect(tokens.map((token) => (token.type === "text" ? token.text : token.type))).toEqual([
      "abc",
      "x",
      "abx",
      "ab",
      "end",
    ]);
    const held = await list(stopAt(from(texts("ab", "d tail")), ["abd"]));
    expect(held).toEqual([{ type: "end", reason: "stop_sequence", stop: "abd" }]);
  });

  test("look at text only", async () => {
    const answer = { reasoning: "STOP", text: "go", calls: [{ name: "f", arguments: '"STOP"' }] };
    expect(await collect(stopAt(from(toTokens(answer)), ["STOP"]))).toMatchObject(answer);
  });

  test("give held text back before whatever follows it", async () => {
    const tokens: Token[] = [
      { type: "text", text: "a" },
      { type: "call", name: "f" },
      { type: "end", reason: "tool_calls" },
    ];
    expect(await list(stopAt(from(tokens), ["ab"]))).toEqual(tokens);
  });
});

describe("native text", () => {
  const write = async (answer: Partial<Answer>, options: Partial<NativeOptions> = {}): Promise<string> => {
    const tokens = toTokens({ reasoning: "", text: "", calls: [], ...answer });
    return textOf(
      await list(toNativeTokens(from(tokens), { dialect: "qwen", opensThinking: false, ...options })),
    );
  };

  test.each<[Partial<Answer>, Partial<NativeOptions>, string]>([
    [{ text: "a" }, {}, "a"],
    [{ reasoning: "r", text: "a" }, {}, "<think>\nr\n</think>\n\na"],
    [{ reasoning: "r", text: "a" }, { opensThinking: true }, "r\n</think>\n\na"],
    [{ reasoning: "r" }, {}, "<think>\nr\n</think>\n\n"],
    [{ reasoning: "r", finish: "length" }, {}, "<think>\nr"],
    [
      { reasoning: "r", text: "a" },
      { dialect: "harmony" },
      "<|channel|>analysis<|message|>r<|end|><|start|>assistant<|channel|>final<|message|>a",
    ],
    [{ reasoning: "r", text: "a" }, { keepReasoning: true }, "a"],
    [{ text: "a", calls: [{ name: "f", arguments: "{}" }] }, { keepCalls: true }, "a"],
    [{ calls: [{ name: "f", arguments: "" }] }, { dialect: "llama" }, '{"name": "f", "parameters": }'],
    [
      {
        calls: [
          { name: "f", arguments: "{}" },
          { name: "g", arguments: "{}" },
        ],
      },
      { dialect: "llama" },
      '{"name": "f", "parameters": {}}; {"name": "g", "parameters": {}}',
    ],
    [
      { reasoning: "r", calls: [{ name: "f", arguments: "{}" }] },
      {},
      '<think>\nr\n</think>\n\n<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>',
    ],
  ])("%j with %j", async (answer, options, text) => {
    expect(await write(answer, options)).toBe(text);
  });

  test("written calls end the answer plainly, kept ones as calls", async () => {
    const tokens = [...toTokens({ reasoning: "", text: "", calls: [{ name: "f", arguments: "{}" }] })];
    const options = { dialect: "qwen", opensThinking: false } as const;
    expect(reasonOf(await list(toNativeTokens(from(tokens), options)))).toBe("stop");
    expect(reasonOf(await list(toNativeTokens(from(tokens), { ...options, keepCalls: true })))).toBe(
      "tool_calls",
    );
  });

  test("a call cut by the token limit keeps that reason", async () => {
    const tokens: Token[] = [
      { type: "call", name: "f" },
      { type: "end", reason: "length" },
    ];
    expect(
      reasonOf(await list(toNativeTokens(from(tokens), { dialect: "qwen", opensThinking: false }))),
    ).toBe("length");
  });

  test("counts of upstream pieces are kept", async () => {
    const tokens: Token[] = [
      { type: "reasoning", text: "r", count: 3 },
      { type: "end", reason: "stop" },
    ];
    const written = await list(toNativeTokens(from(tokens), { dialect: "qwen", opensThinking: true }));
    expect(written[0]).toEqual({ type: "text", text: "r", count: 3 });
  });
});

test("groups keep the text, the kinds, the order and the count", async () => {
  await fc.assert(
    fc.asyncProperty(answers, fc.integer({ min: 1, max: 6 }), fc.nat(), async (answer, most, seed) => {
      const single = await collect(from(toTokens(answer)));
      const grouped = await list(groupTokens(from(toTokens(answer)), most, createRandom(seed)));
      const { tokens: _, ...folded } = await collect(from(grouped));
      const { tokens: __, ...expected } = single;
      expect(folded).toEqual(expected);
      for (const token of grouped) expect(tokenCount(token)).toBeLessThanOrEqual(most);
    }),
  );
});

test("groups do join", async () => {
  const tokens = await list(groupTokens(from(texts(..."abcdefghijklmnopqrst")), 5, createRandom(1)));
  expect(tokens.length).toBeLessThan(15);
  expect(textOf(tokens)).toBe("abcdefghijklmnopqrst");
});

test("the end is joined to the last token", async () => {
  expect(await list(withLast(from(texts("a", "b"))))).toEqual([
    { token: { type: "text", text: "a" }, end: undefined },
    { token: { type: "text", text: "b" }, end: { type: "end", reason: "stop" } },
  ]);
  expect(await list(withLast(from(texts())))).toEqual([
    { token: undefined, end: { type: "end", reason: "stop" } },
  ]);
});

describe("leaks", () => {
  const answer = {
    reasoning: "r",
    text: "",
    calls: [
      { name: "f", arguments: '{"a": "x", "b": 2}' },
      { name: "g", arguments: "" },
    ],
  };
  const leak = async (kind: FaultKind): Promise<Answer & { end: { reason: string } }> =>
    collect(leakCalls(from(toTokens(answer)), [{ kind }]));

  test("native tokens, of all calls in one section", async () => {
    expect(await leak("leak-native-tokens")).toMatchObject({
      reasoning:
        'r <|tool_calls_section_begin|> <|tool_call_begin|> functions.f:0 <|tool_call_argument_begin|> {"a": "x", "b": 2} <|tool_call_end|> <|tool_call_begin|> functions.g:1 <|tool_call_argument_begin|>  <|tool_call_end|> <|tool_calls_section_end|>',
      calls: [],
      end: { reason: "stop" },
    });
  });

  test("function text, of each call for itself", async () => {
    expect(await leak("leak-function-text")).toMatchObject({
      text: "<function=f><parameter=a>x</parameter><parameter=b>2</parameter></function><function=g></function>",
      calls: [],
      end: { reason: "stop" },
    });
  });

  test.each(["leak-native-tokens", "leak-function-text", "leak-channel"] as const)(
    "%s leaves an answer without calls alone",
    async (kind) => {
      const plain = { reasoning: "r", text: "t", calls: [] };
      expect(await collect(leakCalls(from(toTokens(plain)), [{ kind }]))).toMatchObject({
        ...plain,
        end: { reason: "stop" },
      });
    },
  );

  test("other faults leak nothing", async () => {
    expect(await leak("reset")).toMatchObject({
      calls: [{ name: "f" }, { name: "g" }],
      end: { reason: "tool_calls" },
    });
  });
});

describe("pace", () => {
  /** A clock that jumps to wherever somebody wants to sleep to. */
  function jumping(): { clock: Clock; slept: number[] } {
    let now = 0;
    const slept: number[] = [];
    const sleep = async (milliseconds: number): Promise<void> => {
      slept.push(milliseconds);
      now += milliseconds;
    };
    return { clock: { now: () => now, sleep, advance: () => undefined }, slept };
  }

  test("the first token goes at once, each other at its time", async () => {
    const { clock, slept } = jumping();
    const signal = new AbortController().signal;
    const times: number[] = [];
    for await (const _ of paceTokens(from(texts("a", "b", "c")), { perSecond: 50, clock, signal }))
      times.push(clock.now());
    expect(times).toEqual([0, 20, 40, 60]);
    expect(slept).toEqual([20, 20, 20]);
  });

  test("times are rounded up to a grid, and the pace is kept over many", async () => {
    const { clock } = jumping();
    const times: number[] = [];
    const tokens = texts(...Array.from({ length: 90 }, () => "x"));
    for await (const _ of paceTokens(from(tokens), {
      perSecond: 30,
      clock,
      signal: new AbortController().signal,
    }))
      times.push(clock.now());
    expect(times.every((time) => time % 5 === 0)).toBe(true);
    expect(times[90]).toBe(3000);
  });

  test("nothing comes after the caller has left", async () => {
    const { clock } = jumping();
    const leave = new AbortController();
    const seen: Token[] = [];
    for await (const token of paceTokens(from(texts("a", "b", "c")), {
      perSecond: 50,
      clock,
      signal: leave.signal,
    })) {
      seen.push(token);
      leave.abort();
    }
    expect(seen).toHaveLength(1);
  });
});
