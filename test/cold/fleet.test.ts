import { expect, test } from "vitest";
import type { SharedStore } from "../../packages/gateway/src/warmth/shared-store.ts";
import { createWarmthShare } from "../../packages/gateway/src/warmth/warmth-share.ts";
import { type WarmthBook, createWarmthBook } from "../../packages/sdk/src/warmth/warmth-book.ts";
import { toModelPlace } from "../../packages/sdk/src/warmth/warmth-view.ts";

const models = 10_000;
const gateways = 50;
const seconds = 600;

/** One Redis, which counts. */
function createStore() {
  const values = new Map<string, string>();
  const ears: ((message: string) => void)[] = [];
  const counts = { get: 0, set: 0, publish: 0, bytes: 0 };
  const store: SharedStore = {
    async get(key) {
      counts.get++;
      return values.get(key);
    },
    async set(key, value) {
      counts.set++;
      values.set(key, value);
    },
    async publish(_, message) {
      counts.publish++;
      counts.bytes += message.length;
      for (const hear of ears) hear(message);
    },
    async subscribe(_, hear) {
      ears.push(hear);
    },
    close: async () => {},
  };
  return { store, values, counts };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = seeded(7);
const pick = (count: number) => Math.floor(random() * count);
const keys = Array.from({ length: models }, (_, index) => {
  const id = index.toString(36).padStart(12, "0");
  return toModelPlace({
    modelId: `arn:aws:bedrock:us-east-1:123456789012:imported-model/${id}`,
    region: undefined,
  }).key;
});

/** A model that is being restored, and the gateways whose clients wait for it. */
interface Restore {
  readonly key: string;
  readonly until: number;
  readonly waiting: readonly WarmthBook[];
  questions: number;
}

/** Asks where it is time to, as the lines before the models do. Answers whether the model is warm. */
function ask(restore: Restore, now: number): boolean {
  for (const book of restore.waiting) {
    const warmth = book.of(restore.key);
    const isDue = warmth.seen !== "refusal" || now >= warmth.askAgainAt;
    if (!isDue || now < book.othersAskUntil(restore.key)) continue;
    restore.questions++;
    book.asked(restore.key);
    if (now >= restore.until) {
      book.answered(restore.key);
      return true;
    }
    book.refused(restore.key, 0);
  }
  return false;
}

test("10,000 models and 50 gateways on one Redis", async () => {
  const { store, values, counts } = createStore();
  const clock = { now: Date.UTC(2026, 0, 2) };
  const books = Array.from({ length: gateways }, () =>
    createWarmthBook({ now: () => clock.now, random }, createWarmthShare({ store, onFault: () => {} })),
  );
  const bookOf = (index: number): WarmthBook =>
    books[index] ?? createWarmthBook({ now: () => clock.now, random });
  const busy = keys.slice(0, models / 5);
  const restores: Restore[] = [];
  const ended: Restore[] = [];

  for (let second = 0; second < seconds; second++) {
    clock.now += 1000;
    // A fifth of the models are in use, each called every ten seconds, anywhere.
    for (let call = 0; call < busy.length / 10; call++)
      bookOf(pick(gateways)).answered(busy[pick(busy.length)] ?? "");
    // Two others a second are asked for at five gateways at once, and take a minute and a half.
    for (const _ of [1, 2]) {
      const key = keys[busy.length + pick(models - busy.length)] ?? "";
      if (restores.some((restore) => restore.key === key)) continue;
      const waiting = Array.from({ length: 5 }, () => bookOf(pick(gateways)));
      restores.push({ key, until: clock.now + 90_000, waiting, questions: 0 });
    }
    for (const restore of restores.filter((each) => ask(each, clock.now))) {
      restores.splice(restores.indexOf(restore), 1);
      ended.push(restore);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  const perSecond = (count: number) => count / seconds;
  const stored = [...values].reduce((sum, [key, value]) => sum + key.length + value.length, 0) / values.size;
  const questions = ended.map((restore) => restore.questions);
  const figures = {
    published: perSecond(counts.publish),
    heardByEach: perSecond(counts.publish),
    delivered: perSecond(counts.publish) * gateways,
    commands: perSecond(counts.publish + counts.set + counts.get),
    bytesPerMessage: counts.bytes / counts.publish,
    bytesPerModelStored: stored,
    restores: ended.length,
    meanQuestions: questions.reduce((sum, count) => sum + count, 0) / ended.length,
    mostQuestions: Math.max(...questions),
  };
  if (process.env["SHOW_FIGURES"] === "1") console.log(figures);
  expect(figures.restores).toBeGreaterThan(700);
  expect(figures.mostQuestions).toBeLessThanOrEqual(14);
  expect(figures.meanQuestions).toBeLessThan(10);
  expect(figures.published).toBeLessThan(100);
  expect(figures.commands).toBeLessThan(200);
  expect(figures.bytesPerMessage).toBeLessThan(200);
  expect(figures.bytesPerModelStored).toBeLessThan(300);
});

test("what a process remembers of a model", () => {
  const clock = { now: Date.UTC(2026, 0, 2) };
  const book = createWarmthBook({ now: () => clock.now, random });
  const heap = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  for (const key of keys) book.refused(key, 0);
  const perModel = (heap() - before) / models;
  if (process.env["SHOW_FIGURES"] === "1") console.log({ perModel });
  for (const key of keys) expect(book.stateOf(key)).toBe("restoring");
  // Without a collector of one's own the figure holds garbage too.
  expect(perModel).toBeLessThan(2000);
});
