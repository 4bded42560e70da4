import { randomUUID } from "node:crypto";
import { type WarmthNews, type WarmthShare, isJsonObject, parseJson } from "@outcrop/sdk";
import type { SharedStore } from "./shared-store.ts";

export interface WarmthShareOptions {
  readonly store: SharedStore;
  /** Told what fails; nothing else comes of it. */
  readonly onFault: (error: unknown) => void;
}

const channel = "outcrop:warmth";
/** After this a model is cold to everybody anyhow. */
const ttlMs = 10 * 60_000;

/**
 * Shares the warmth of models through a store: news go out on one channel, and the last answer or refusal of each model
 * is kept for those who come later. Nobody ever waits for the store.
 */
export function createWarmthShare({ store, onFault }: WarmthShareOptions): WarmthShare {
  const own = randomUUID().slice(0, 8);
  let hear: (news: WarmthNews) => void = ignore;

  function receive(message: string | undefined): void {
    const heard = message === undefined ? undefined : parseNews(message);
    if (heard && heard.from !== own) hear(heard.news);
  }

  return {
    tell(news) {
      const message = encodeNews(news, own);
      store.publish(channel, message).catch(onFault);
      if (news.seen !== "question") store.set(keyOf(news.key), message, ttlMs).catch(onFault);
    },
    recall: (key) => void store.get(keyOf(key)).then(receive, onFault),
    listen(given) {
      hear = given;
      store.subscribe(channel, receive).catch(onFault);
    },
  };
}

function ignore(): void {}

function keyOf(model: string): string {
  return `${channel}:${model}`;
}

/** Short, as there are many: the kind by its first letter, the time, the milliseconds that AWS asked for. */
function encodeNews(news: WarmthNews, from: string): string {
  const asked = news.seen === "refusal" && news.askedMs > 0 ? { w: news.askedMs } : {};
  return JSON.stringify({ m: news.key, s: news.seen[0], t: Math.round(news.at), p: from, ...asked });
}

/** What somebody else has written there is not believed blindly. */
function parseNews(message: string): { readonly news: WarmthNews; readonly from: unknown } | undefined {
  const json = parseJson(message);
  if (!isJsonObject(json)) return undefined;
  const { m: key, s: kind, t: at, w: askedMs = 0, p: from } = json;
  if (typeof key !== "string" || typeof at !== "number" || typeof askedMs !== "number") return undefined;
  switch (kind) {
    case "a":
      return { news: { key, seen: "answer", at }, from };
    case "r":
      return { news: { key, seen: "refusal", at, askedMs }, from };
    case "q":
      return { news: { key, seen: "question", at }, from };
    default:
      return undefined;
  }
}
