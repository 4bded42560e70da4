import { describe, expect, test } from "vitest";
import { type WarmthNews, type WarmthShare, createWarmthBook } from "../../src/warmth/warmth-book.ts";
import { toModelPlace, viewOfBook } from "../../src/warmth/warmth-view.ts";

const minute = 60_000;
const arn = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";

/** Books of several processes over one bus that loses nothing and takes no time. */
function createWorld(size: number) {
  const clock = { time: Date.UTC(2026, 0, 2) };
  const told: WarmthNews[] = [];
  const latest = new Map<string, WarmthNews>();
  const ears: ((news: WarmthNews) => void)[] = [];

  function createShare(own: number): WarmthShare {
    return {
      tell(news) {
        told.push(news);
        if (news.seen !== "question") latest.set(news.key, news);
        ears.forEach((hear, index) => index !== own && hear(news));
      },
      recall(key) {
        const news = latest.get(key);
        if (news) queueMicrotask(() => ears[own]?.(news));
      },
      listen: (hear) => void (ears[own] = hear),
    };
  }

  const parts = { now: () => clock.time, random: () => 0.5 };
  const books = Array.from({ length: size }, (_, index) => createWarmthBook(parts, createShare(index)));
  return { clock, told, books, comeLater: () => createWarmthBook(parts, createShare(size)) };
}

function twoBooks() {
  const { clock, told, books } = createWorld(2);
  const [one, other] = books;
  if (!one || !other) throw new Error("There are two.");
  other.stateOf("m");
  told.length = 0;
  return { clock, told, one, other };
}

describe("what one process sees, the others know", () => {
  test("a refusal, and that it asks again itself", () => {
    const { one, other, clock } = twoBooks();
    one.refused("m", 0);
    expect(other.stateOf("m")).toBe("restoring");
    const next = one.of("m");
    expect(other.othersAskUntil("m")).toBeGreaterThan(next.seen === "refusal" ? next.askAgainAt : Infinity);
    expect(one.othersAskUntil("m")).toBeLessThanOrEqual(clock.time);
  });

  test("an answer, which ends every wait for others", () => {
    const { one, other } = twoBooks();
    one.refused("m", 0);
    one.answered("m");
    expect(other.stateOf("m")).toBe("warm");
    expect(other.othersAskUntil("m")).toBe(0);
  });

  test("that somebody asks", () => {
    const { one, other, clock } = twoBooks();
    one.asked("m");
    expect(other.stateOf("m")).toBe("unknown");
    expect(other.othersAskUntil("m")).toBe(clock.time + 12_500);
  });

  test("one that comes later recalls it", async () => {
    const { books, comeLater } = createWorld(1);
    books[0]?.answered("m");
    const late = comeLater();
    expect(late.stateOf("m")).toBe("unknown");
    await Promise.resolve();
    expect(late.stateOf("m")).toBe("warm");
  });

  test("of models that it never had to do with, too", () => {
    const { one, other } = twoBooks();
    const heard: string[] = [];
    other.onNews((key) => heard.push(key));
    one.answered("foreign");
    expect(heard).toEqual(["foreign"]);
    expect(other.stateOf("foreign")).toBe("warm");
  });

  test("a clock that is ahead makes nothing newer than now", () => {
    let hear: ((news: WarmthNews) => void) | undefined;
    const share = { tell: () => {}, recall: () => {}, listen: (given: typeof hear) => void (hear = given) };
    const book = createWarmthBook({ now: () => 0, random: () => 0 }, share);
    book.stateOf("m");
    hear?.({ key: "m", seen: "answer", at: minute });
    book.refused("m", 0);
    expect(book.stateOf("m")).toBe("restoring");
  });
});

describe("what is told", () => {
  test("that a model is warm: once a minute, however many calls are answered by however many", () => {
    const { clock, told, books } = createWorld(5);
    for (const book of books) book.stateOf("m");
    for (let second = 0; second < 300; second++) {
      clock.time += 1000;
      for (const book of books) book.answered("m");
    }
    expect(told).toHaveLength(5);
  });

  test("that a model is warm again: at once", () => {
    const { one, told } = twoBooks();
    one.answered("m");
    one.refused("m", 0);
    one.answered("m");
    expect(told.map(({ seen }) => seen)).toEqual(["answer", "refusal", "answer"]);
  });

  test("refusals of calls that were under way together: once", () => {
    const { one, told, clock } = twoBooks();
    for (let call = 0; call < 3; call++) {
      one.refused("m", 0);
      clock.time += 10;
    }
    expect(told).toHaveLength(1);
  });
});

test("without others it knows what it has seen", () => {
  let time = 0;
  const book = createWarmthBook({ now: () => time, random: () => 0 });
  book.asked("m");
  expect(book.stateOf("m")).toBe("unknown");
  book.answered("m");
  expect(book.stateOf("m")).toBe("warm");
  time = 6 * minute;
  expect(book.stateOf("m")).toBe("cold");
});

test("remembers a bounded number of models, the latest", () => {
  const book = createWarmthBook({ now: () => 0, random: () => 0 });
  book.answered("first");
  for (let model = 0; model < 100_000; model++) book.answered(`model-${model}`);
  expect(book.stateOf("model-99999")).toBe("warm");
  expect(book.stateOf("first")).toBe("unknown");
});

describe("which model is which", () => {
  const place = (modelId: string, region?: string, endpoint?: string) => ({ modelId, region, endpoint });

  test.each([
    ["the region of an ARN is in it", place(arn, "us-east-1"), place(arn, undefined), true],
    ["an id in two regions", place("id", "us-east-1"), place("id", "us-west-2"), false],
    ["two endpoints", place(arn, undefined, "https://a"), place(arn, undefined, "https://b"), false],
  ])("%s", (_, one, other, same) => {
    expect(toModelPlace(one).key === toModelPlace(other).key).toBe(same);
  });

  test("only imported models scale to zero, and have a warmth", () => {
    const book = createWarmthBook({ now: () => 1000, random: () => 0 });
    expect(viewOfBook(book, place("moonshot.kimi-k2-thinking", "us-west-2"))).toBeUndefined();
    expect(viewOfBook(book, place(arn))).toEqual({
      state: "unknown",
      seenAt: undefined,
      restoringSince: undefined,
    });
    book.refused(toModelPlace(place(arn)).key, 0);
    expect(viewOfBook(book, place(arn))).toEqual({ state: "restoring", seenAt: 1000, restoringSince: 1000 });
    book.answered(toModelPlace(place(arn)).key);
    expect(viewOfBook(book, place(arn))).toEqual({ state: "warm", seenAt: 1000, restoringSince: undefined });
  });
});
