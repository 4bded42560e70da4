/** Where answers are kept, as text under a key. */
export interface CacheStore {
  /** @returns `undefined` for what is not there, or no more. */
  get(key: string): Promise<string | undefined>;
  /** Keeps a value for so many seconds; without a number, for as long as the store has room. */
  set(key: string, value: string, ttl: number | undefined): Promise<void>;
  close(): Promise<void>;
}
