import type { WarmthNews } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import type { SharedStore } from "../../src/warmth/shared-store.ts";
import { createWarmthShare } from "../../src/warmth/warmth-share.ts";

/** A Redis of this process: one store, one channel, everybody hears everything. */
function createStore() {
  const values = new Map<string, string>();
  const ttls: number[] = [];
  const ears: ((message: string) => void)[] = [];
  const store: SharedStore = {
    get: async (key) => values.get(key),
    async set(key, value, ttlMs) {
      values.set(key, value);
      ttls.push(ttlMs);
    },
    async publish(_, message) {
      for (const hear of ears) hear(message);
    },
    async subscribe(_, hear) {
      ears.push(hear);
    },
    close: async () => {},
  };
  return { store, values, ttls, shout: (message: string) => ears.forEach((hear) => hear(message)) };
}

function join(store: SharedStore) {
  const heard: WarmthNews[] = [];
  const faults: unknown[] = [];
  const share = createWarmthShare({ store, onFault: (error) => faults.push(error) });
  share.listen((news) => heard.push(news));
  return { share, heard, faults };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

const news: readonly WarmthNews[] = [
  { key: "m", seen: "answer", at: 1000 },
  { key: "m", seen: "refusal", at: 2000, askedMs: 0 },
  { key: "m", seen: "refusal", at: 2000, askedMs: 12_000 },
  { key: "m", seen: "question", at: 3000 },
];

describe("shared warmth", () => {
  test.each(news)("the others hear of $seen, and oneself doesn't", async (told) => {
    const { store } = createStore();
    const [one, other] = [join(store), join(store)];
    one.share.tell(told);
    await settled();
    expect(other.heard).toEqual([told]);
    expect(one.heard).toEqual([]);
  });

  test("the last answer or refusal is kept for those who come later, for ten minutes", async () => {
    const { store, values, ttls } = createStore();
    const one = join(store);
    for (const each of news) one.share.tell(each);
    const late = join(store);
    late.share.recall("m");
    late.share.recall("another");
    await settled();
    expect(late.heard).toEqual([news[2]]);
    expect([...values.keys()]).toEqual(["outcrop:warmth:m"]);
    expect(new Set(ttls)).toEqual(new Set([600_000]));
  });

  test.each([
    "",
    "no JSON",
    "[]",
    "{}",
    '{"m":1,"s":"a","t":1}',
    '{"m":"m","s":"x","t":1}',
    '{"m":"m","s":"a","t":"1"}',
    "null",
  ])("what somebody else has written is not believed: %s", async (message) => {
    const { store, shout } = createStore();
    const { heard, faults } = join(store);
    shout(message);
    await settled();
    expect(heard).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("a broken store is told of, and breaks nothing", async () => {
    const broken = () => Promise.reject(new Error("down"));
    const store = { get: broken, set: broken, publish: broken, subscribe: broken, close: broken };
    const { share, heard, faults } = join(store);
    for (const each of news) share.tell(each);
    share.recall("m");
    await settled();
    expect(heard).toEqual([]);
    expect(faults).toHaveLength(1 + news.length + 3 + 1);
  });
});
