import { LRUCache } from "lru-cache";
import type { CacheStore } from "./cache-store.ts";

export interface MemoryStoreOptions {
  /** Characters of all keys and values. Default 64 Mi. */
  readonly room?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
}

/** Keeps answers in this process, the least recently used going first. */
export function createMemoryStore(options: MemoryStoreOptions = {}): CacheStore {
  const { room = 64 * 1024 * 1024, now = () => performance.now() } = options;
  const kept = new LRUCache<string, string>({
    maxSize: room,
    sizeCalculation: (value, key) => value.length + key.length,
    perf: { now },
    ttlResolution: 0,
  });
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    async set(key, value, ttl) {
      kept.set(key, value, ttl === undefined ? {} : { ttl: Math.ceil(ttl * 1000) });
    },
    async close() {
      kept.clear();
    },
  };
}
