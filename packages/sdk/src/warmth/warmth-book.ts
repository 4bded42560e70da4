import type { Warmth, WarmthState } from "./warmth.ts";
import { isWarm, see, stateOf, unseen } from "./warmth.ts";

/** What one process tells the others of a model. Times are milliseconds since the epoch. */
export type WarmthNews = { readonly key: string } & (
  | { readonly seen: "answer"; readonly at: number }
  | { readonly seen: "refusal"; readonly at: number; readonly askedMs: number }
  /** A call to a model that isn't known to be warm is under way: the others need not ask too. */
  | { readonly seen: "question"; readonly at: number }
);

/** Carries news between processes. It must not throw; what it loses is seen again by the next call. */
export interface WarmthShare {
  tell(news: WarmthNews): void;
  /** Asks for the latest answer or refusal of a model that this process knows nothing of; it comes through `listen`. */
  recall(key: string): void;
  /** Called once, by the book that is fed. */
  listen(hear: (news: WarmthNews) => void): void;
}

/** What is known of each model, by all calls of this process and by what others tell. */
export interface WarmthBook {
  stateOf(key: string): WarmthState;
  of(key: string): Warmth;
  answered(key: string): void;
  refused(key: string, askedMs: number): void;
  /** A call to a model that isn't known to be warm goes out. */
  asked(key: string): void;
  /** Until when others are expected to find out, in milliseconds since the epoch. */
  othersAskUntil(key: string): number;
  /** Told the key of a model of which another process has told something. */
  onNews(listener: (key: string) => void): void;
}

interface Page {
  warmth: Warmth;
  othersAskUntil: number;
  /** When others were last told that it is warm. */
  toldWarmAt: number;
}

/** The others are told again that a model is warm only after so many milliseconds: calls are many. */
const retellAfterMs = 60_000;
/** Who asks says so every few seconds; after this silence others take over, each at a time of their own. */
const questionMs = 10_000;
const takeoverMs = 5_000;
/** A wildcard lets clients name models; what was noted first is forgotten first. */
const mostPages = 100_000;

/** A fresh book; with a share it learns from other processes and tells them. */
export function createWarmthBook(
  { now, random }: { now: () => number; random: () => number },
  share?: WarmthShare,
): WarmthBook {
  const pages = new Map<string, Page>();
  let listener: ((key: string) => void) | undefined;

  function pageOf(key: string): Page {
    const known = pages.get(key);
    if (known) return known;
    const page = addPage(key);
    share?.recall(key);
    return page;
  }

  function addPage(key: string): Page {
    const [first] = pages.keys();
    if (pages.size >= mostPages && first !== undefined) pages.delete(first);
    const page: Page = { warmth: unseen, othersAskUntil: 0, toldWarmAt: 0 };
    pages.set(key, page);
    return page;
  }

  share?.listen((news) => {
    // Also of models that were never called here: the first call finds them known.
    const page = pages.get(news.key) ?? addPage(news.key);
    // Another machine's clock may be ahead: nothing has been seen in the future.
    learn(page, { ...news, at: Math.min(news.at, now()) }, random);
    listener?.(news.key);
  });
  return {
    stateOf: (key) => stateOf(pageOf(key).warmth, now()),
    of: (key) => pageOf(key).warmth,
    othersAskUntil: (key) => pageOf(key).othersAskUntil,
    onNews: (given) => void (listener = given),
    answered(key) {
      const page = pageOf(key);
      const at = now();
      const isNews = !isWarm(stateOf(page.warmth, at)) || at - page.toldWarmAt >= retellAfterMs;
      page.warmth = see(page.warmth, { seen: "answer", at });
      page.othersAskUntil = 0;
      if (!isNews) return;
      page.toldWarmAt = at;
      share?.tell({ key, seen: "answer", at });
    },
    refused(key, askedMs) {
      const page = pageOf(key);
      const at = now();
      const before = page.warmth;
      page.warmth = see(before, { seen: "refusal", at, askedMs, chance: random() });
      page.othersAskUntil = 0;
      if (isNewQuestion(before, page.warmth)) share?.tell({ key, seen: "refusal", at, askedMs });
    },
    asked(key) {
      share?.tell({ key, seen: "question", at: now() });
    },
  };
}

/** What others tell. Whoever was refused asks again; the rest only when that one stays away, each at its own time. */
function learn(page: Page, news: WarmthNews, random: () => number): void {
  const { warmth } = page;
  switch (news.seen) {
    case "question":
      page.othersAskUntil = news.at + questionMs + random() * takeoverMs;
      return;
    case "answer":
      page.warmth = see(warmth, news);
      page.othersAskUntil = 0;
      page.toldWarmAt = Math.max(page.toldWarmAt, news.at);
      return;
    case "refusal":
      page.warmth = see(warmth, { ...news, chance: random() });
      page.othersAskUntil = Math.max(news.at, askAgainAt(page.warmth)) + (1 + random()) * takeoverMs;
  }
}

function askAgainAt(warmth: Warmth): number {
  return warmth.seen === "refusal" ? warmth.askAgainAt : 0;
}

function isNewQuestion(before: Warmth, after: Warmth): boolean {
  if (before.seen !== "refusal" || after.seen !== "refusal") return true;
  return before.count !== after.count || before.since !== after.since;
}
