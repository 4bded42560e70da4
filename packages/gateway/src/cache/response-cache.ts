import type { ChatEvent, JsonObject } from "@outcrop/sdk";
import type { CacheSettings, ModelEntry } from "../config/gateway-config.ts";
import type { RoutedAnswer } from "../routing/router.ts";
import { callTypesOf } from "../telemetry/call-type.ts";
import { type CacheControls, parseCacheControls } from "./cache-controls.ts";
import { type CacheableCall, cacheKey } from "./cache-key.ts";
import type { CacheStore } from "./cache-store.ts";
import { recordAnswer, replayAnswer } from "./record-answer.ts";
import { type StoredAnswer, decodeStoredAnswer, encodeStoredAnswer } from "./stored-answer.ts";

/** A call that may be answered out of the cache. */
export interface CachedCall extends CacheableCall {
  /** The client API. */
  readonly dialect: string;
  /** The `cache` field of the request, as sent. */
  readonly controls: JsonObject;
}

/** An answer, and what the cache had to do with it: nothing, where it says neither. */
export interface CachedAnswer extends RoutedAnswer {
  /** Default: false. */
  readonly cacheHit?: boolean;
  /** For `x-litellm-cache-key`. */
  readonly cacheKey?: string;
}

/** Answers the same call with the same answer. */
export interface ResponseCache {
  /**
   * The kept answer, or what `run` gives, which is then kept. A failing store is as good as an empty one.
   *
   * @throws OutcropError `invalid_request` for cache controls that are none; whatever `run` throws.
   */
  wrap(call: CachedCall, run: () => Promise<RoutedAnswer>): Promise<CachedAnswer>;
  /** Resolves when what is being written is written. */
  close(): Promise<void>;
}

export interface ResponseCacheParts {
  readonly settings: Pick<CacheSettings, "mode" | "supportedCallTypes" | "ttl">;
  readonly store: CacheStore;
  /** The deployment of that id in the config of now; an answer of one that is gone is not given any more. */
  readonly findEntry: (deploymentId: string) => ModelEntry | undefined;
  /** Unix time in milliseconds. */
  readonly now?: () => number;
}

/** An exact-match cache over the hub: any client API and either mode, whole or streamed, finds what another has left. */
export function createResponseCacheOver(parts: ResponseCacheParts): ResponseCache {
  const { settings, store, findEntry, now = Date.now } = parts;
  const writing = new Set<Promise<void>>();

  async function find(key: string, maxAge: number | undefined): Promise<RoutedAnswer | undefined> {
    const text = await store.get(key);
    const stored = text === undefined ? undefined : decodeStoredAnswer(text);
    const entry = stored && findEntry(stored.deploymentId);
    if (!stored || !entry) return undefined;
    if (maxAge !== undefined && now() - stored.storedAt > maxAge * 1000) return undefined;
    return toRoutedAnswer(stored, entry);
  }

  function keep(key: string, answer: StoredAnswer, ttl: number | undefined): void {
    const write = store.set(key, encodeStoredAnswer(answer), ttl).finally(() => writing.delete(write));
    writing.add(write);
  }

  function recorded(key: string, answer: RoutedAnswer, ttl: number | undefined): RoutedAnswer {
    const { entry, modelGroup, region, warnings } = answer;
    const onWhole = (events: readonly ChatEvent[]) => {
      if (!isWorthKeeping(events)) return;
      keep(key, { storedAt: now(), deploymentId: entry.id, modelGroup, region, warnings, events }, ttl);
    };
    return { ...answer, events: recordAnswer(answer.events, onWhole) };
  }

  return {
    async wrap(call, run) {
      const controls = parseCacheControls(call.controls);
      if (!isCached(call, controls, settings)) return run();
      const key = await cacheKey(call, controls.namespace);
      const found = controls.noCache ? undefined : await find(key, controls.maxAge);
      if (found) return { ...found, cacheHit: true, cacheKey: key };
      const answer = await run();
      const ttl = controls.ttl ?? settings.ttl;
      // What another group stood in for is not that group's answer: the next call tries the right one again.
      const isKept = !controls.noStore && ttl !== 0 && answer.attemptedFallbacks === 0;
      return { ...(isKept ? recorded(key, answer, ttl) : answer), cacheHit: false, cacheKey: key };
    },
    async close() {
      await Promise.all(writing);
      await store.close();
    },
  };
}

function isCached(
  { dialect }: CachedCall,
  { useCache }: CacheControls,
  { mode, supportedCallTypes }: ResponseCacheParts["settings"],
): boolean {
  const isWanted = useCache ?? mode === "default_on";
  return isWanted && (supportedCallTypes?.some((type) => callTypesOf(dialect).includes(type)) ?? true);
}

/**
 * A filtered answer may come out otherwise the next time, and an empty one is as a rule an accident. One that was
 * cut at its length is kept: the limit is part of the key, so that asking again would cut it again.
 */
function isWorthKeeping(events: readonly ChatEvent[]): boolean {
  const isFiltered = events.some(
    (event) => event.type === "finish" && event.reasons.includes("content_filter"),
  );
  return (
    !isFiltered && events.some((event) => event.type === "text-delta" || event.type === "tool-call-start")
  );
}

function toRoutedAnswer(stored: StoredAnswer, entry: ModelEntry): RoutedAnswer {
  const { modelGroup, region, warnings, events } = stored;
  return {
    events: replayAnswer(events),
    entry,
    modelGroup,
    region,
    warnings,
    requestId: undefined,
    attemptedRetries: 0,
    attemptedFallbacks: 0,
  };
}
