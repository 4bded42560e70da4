import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { parseArn, toArn } from "../src/aws/arn.ts";
import {
  AwsFailure,
  constraintError,
  defaultMessage,
  exceptionStatus,
  findException,
} from "../src/aws/failure.ts";
import { operationNames, parseOperation, splitTarget } from "../src/aws/operations.ts";
import { createClock } from "../src/base/clock.ts";
import { lookUp } from "../src/base/look-up.ts";
import { createRandom, fingerprint, toUuid } from "../src/base/random.ts";
import { toSpacedJson } from "../src/prompt/json.ts";
import { joinWords, toQuote, toTopics, toWords } from "../src/text/words.ts";

describe("the clock", () => {
  afterEach(() => void vi.useRealTimers());

  test("sleeps so long, and no less", async () => {
    vi.useFakeTimers({ now: 1000 });
    const clock = createClock();
    let woken = false;
    const sleep = clock.sleep(500).then(() => (woken = true));
    await vi.advanceTimersByTimeAsync(499);
    expect(woken).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleep;
    expect(clock.now()).toBe(1500);
  });

  test("moved forward, it wakes those whose time has come and no others", async () => {
    vi.useFakeTimers({ now: 0 });
    const clock = createClock();
    const woken: string[] = [];
    const sleeps = (
      [
        ["short", 1000],
        ["long", 5000],
      ] as const
    ).map(([name, time]) => clock.sleep(time).then(() => woken.push(name)));
    clock.advance(2000);
    await vi.advanceTimersByTimeAsync(0);
    expect([woken, clock.now()]).toEqual([["short"], 2000]);
    // The long one has three seconds left, not five.
    await vi.advanceTimersByTimeAsync(2999);
    expect(woken).toEqual(["short"]);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(sleeps);
    expect(woken).toEqual(["short", "long"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an aborted sleep ends at once and leaves nothing behind", async () => {
    vi.useFakeTimers();
    const clock = createClock();
    const leave = new AbortController();
    const sleep = clock.sleep(1e9, leave.signal);
    leave.abort();
    await sleep;
    expect(vi.getTimerCount()).toBe(0);
    await clock.sleep(1e9, leave.signal);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("sleeps longer than a timer can are sleeps all the same", async () => {
    vi.useFakeTimers({ now: 0 });
    const clock = createClock();
    let woken = false;
    void clock.sleep(2 ** 31 + 1000).then(() => (woken = true));
    await vi.advanceTimersByTimeAsync(2 ** 31);
    expect(woken).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(woken).toBe(true);
  });

  test("an injected source is looked at again and again", async () => {
    vi.useFakeTimers();
    let now = 0;
    const clock = createClock(() => now);
    let woken = false;
    void clock.sleep(60_000).then(() => (woken = true));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(woken).toBe(false);
    now = 60_000;
    await vi.advanceTimersByTimeAsync(20);
    expect(woken).toBe(true);
    clock.advance(5);
    expect(clock.now()).toBe(60_005);
  });
});

describe("the dice", () => {
  const first = (seed: number | string): number[] => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () => random.next());
  };

  test("fall alike for the same seed, and differently for another", () => {
    expect(first(1)).toEqual(first(1));
    expect(first("a")).toEqual(first("a"));
    expect(first(1)).not.toEqual(first(2));
    expect(first("a")).not.toEqual(first("b"));
  });

  test("begin anew", () => {
    const random = createRandom(5);
    const before = [random.next(), random.next()];
    random.reset();
    expect([random.next(), random.next()]).toEqual(before);
  });

  test("fall evenly", () => {
    const random = createRandom(3);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let roll = 0; roll < 6000; roll++)
      counts[random.integer(0, 5)] = (counts[random.integer(0, 5)] ?? 0) + 1;
    const values = Array.from({ length: 6000 }, () => random.integer(1, 6));
    for (let face = 1; face <= 6; face++) {
      const count = values.filter((value) => value === face).length;
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1150);
    }
    expect(new Set(values)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  test("stay in their range", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -9, max: 9 }), fc.nat({ max: 20 }), (seed, low, width) => {
        const value = createRandom(seed).integer(low, low + width);
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(low + width);
      }),
    );
  });

  test("write texts of an alphabet, and UUIDs of version 4", () => {
    expect(createRandom(1).text(12, "ab")).toMatch(/^[ab]{12}$/);
    expect(createRandom(1).text(32)).toMatch(/^[0-9a-f]{32}$/);
    const random = createRandom(1);
    const ids = Array.from({ length: 200 }, () => toUuid(random));
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(200);
  });

  test("a fingerprint has 32 bits and sees every letter", () => {
    expect(fingerprint("a")).toBeLessThan(2 ** 32);
    expect(new Set(["a", "b", "ab", "ba", "", " "].map(fingerprint)).size).toBe(6);
  });
});

describe("ARNs", () => {
  test.each([
    ["arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456", "imported-model", "abcdef123456"],
    [
      "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:imported-model/your-Model-1",
      "imported-model",
      "your-Model-1",
    ],
    ["arn:aws:bedrock:eu-central-1:123456789012:provisioned-model/x", "provisioned-model", "x"],
  ])("%s", (text, type, id) => {
    expect(parseArn(text)).toMatchObject({ service: "bedrock", account: "123456789012", type, id });
  });

  test.each([
    "",
    "moonshot.kimi-k2-thinking",
    "arn:aws:bedrock:us-east-1:12345:imported-model/a",
    "arn:aws:bedrock:us-east-1:123456789012:imported-model/",
    "arn:aws:bedrock:us-east-1:123456789012:imported-model/a/b",
    "arn:aws:bedrock:us-east-1:123456789012:imported-model/a b",
    " arn:aws:bedrock:us-east-1:123456789012:imported-model/a",
    "arn:gcp:bedrock:us-east-1:123456789012:imported-model/a",
  ])("%j is none", (text) => {
    expect(parseArn(text)).toBeUndefined();
  });

  test.each([
    ["us-east-1", "arn:aws:"],
    ["cn-north-1", "arn:aws-cn:"],
    ["us-gov-west-1", "arn:aws-us-gov:"],
  ])("made for %s, they begin %s", (region, start) => {
    const arn = toArn(region, "123456789012", "imported-model/a");
    expect(arn.startsWith(start)).toBe(true);
    expect(parseArn(arn)).toMatchObject({ region, id: "a" });
  });
});

describe("request lines", () => {
  test.each([
    ["POST", "/model/a/invoke", "InvokeModel", "a"],
    ["POST", "/model/a%3Ab%2Fc/invoke-with-response-stream", "InvokeModelWithResponseStream", "a:b/c"],
    ["POST", "/model/a:b/converse", "Converse", "a:b"],
    ["POST", "/model/a/converse-stream", "ConverseStream", "a"],
    ["POST", "/model/a/count-tokens", "CountTokens", "a"],
    ["POST", "/model-import-jobs", "CreateModelImportJob", ""],
    ["GET", "/model-import-jobs?maxResults=5", "ListModelImportJobs", ""],
    ["GET", "/model-import-jobs/j", "GetModelImportJob", "j"],
    ["GET", "/imported-models", "ListImportedModels", ""],
    ["GET", "/imported-models/m", "GetImportedModel", "m"],
    ["DELETE", "/imported-models/m", "DeleteImportedModel", "m"],
    ["POST", "/listTagsForResource", "ListTagsForResource", ""],
    ["POST", "/tagResource", "TagResource", ""],
    ["POST", "/untagResource", "UntagResource", ""],
  ])("%s %s is %s of %j", (method, target, name, resource) => {
    expect(parseOperation(method, target)).toMatchObject({ name, resource });
  });

  test("there is one for each operation", () => {
    expect(new Set(operationNames).size).toBe(14);
  });

  test("any model id comes back from its path", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (id) => {
        expect(parseOperation("POST", `/model/${encodeURIComponent(id)}/invoke`).resource).toBe(id);
      }),
    );
  });

  test("no target is more than an unknown operation", () => {
    fc.assert(
      fc.property(fc.constantFrom("GET", "POST", "PUT"), fc.string(), (method, target) => {
        try {
          parseOperation(method, target);
        } catch (error) {
          expect(error).toMatchObject({ exception: "UnknownOperationException", status: 404 });
        }
      }),
    );
  });

  test("the query is what stands after the first question mark", () => {
    expect(splitTarget("/a?b=1?c")).toEqual(["/a", "b=1?c"]);
    expect(splitTarget("/a")).toEqual(["/a", ""]);
    expect(parseOperation("GET", "/imported-models?nameContains=q%20w").query.get("nameContains")).toBe(
      "q w",
    );
  });
});

describe("exceptions", () => {
  test("each has a status and a text", () => {
    for (const [name, status] of Object.entries(exceptionStatus)) {
      expect(new AwsFailure(name, "x").status).toBe(status);
      expect(defaultMessage).toHaveProperty(name);
    }
    expect(new AwsFailure("SomethingElse", "x").status).toBe(400);
    expect(new AwsFailure("ThrottlingException", "x", { status: 503 }).status).toBe(503);
  });

  test.each([
    ["throttling", "ThrottlingException"],
    ["ThrottlingException", "ThrottlingException"],
    ["model-not-ready", "ModelNotReadyException"],
    ["internal_server", "InternalServerException"],
    ["nothing", undefined],
    ["", undefined],
  ])("%j means %s", (name, exception) => {
    expect(findException(name)).toBe(exception);
  });

  test("a broken rule is told in AWS's sentence", () => {
    expect(constraintError("x", "a.b", "Member must").message).toBe(
      "1 validation error detected: Value 'x' at 'a.b' failed to satisfy constraint: Member must",
    );
    expect(constraintError(undefined, "a", "r").message).toContain("Value null at 'a'");
    expect(constraintError(5, "a", "r").message).toContain("Value '5' at 'a'");
  });
});

test("a table is looked up by its own names only", () => {
  expect([
    lookUp({ a: 1 }, "a"),
    lookUp({ a: 1 }, "b"),
    lookUp({ a: 1 }, "constructor"),
    lookUp({}, "__proto__"),
  ]).toEqual([1, undefined, undefined, undefined]);
});

test("spaced JSON is JSON, with Python's blanks", () => {
  expect(toSpacedJson({ a: 1, b: [true, null, "x, y"], c: {}, d: [] })).toBe(
    '{"a": 1, "b": [true, null, "x, y"], "c": {}, "d": []}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(toSpacedJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

describe("words", () => {
  test.each([
    ["What's the weather in Tokyo?", ["weather", "Tokyo"]],
    ["Tell me a joke", ["joke"]],
    ["the the the", ["the"]],
    ["", []],
    ["sea Sea SEA", ["SEA"]],
    ["Ça va? 你好世界", ["你好世界"]],
    ["one two three four five six seven", ["two", "three"]],
  ])("topics of %j", (text, topics) => {
    expect(toTopics(text, 2)).toEqual(topics);
  });

  test.each([
    ["short", 10, "short"],
    ["a  b\n\tc ", 10, "a b c"],
    ["exactly ten", 11, "exactly ten"],
    ["exactly ten", 10, "exactly te…"],
    ["cut at the blank", 7, "cut at…"],
  ])("the quote of %j within %d", (text, longest, quote) => {
    expect(toQuote(text, longest)).toBe(quote);
  });

  test.each([
    [[], ""],
    [["a"], "a"],
    [["a", "b"], "a and b"],
    [["a", "b", "c"], "a, b and c"],
  ])("%j joined", (words, text) => {
    expect(joinWords(words)).toBe(text);
  });

  test("hyphens and apostrophes are inside words", () => {
    expect(toWords("It's well-known, n'est-ce pas? 3.5")).toEqual([
      "It's",
      "well-known",
      "n'est-ce",
      "pas",
      "3",
      "5",
    ]);
  });
});
