/** What replicas share, as far as warmth needs it. Every method may fail: then each replica goes by what it sees itself. */
export interface SharedStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  publish(channel: string, message: string): Promise<void>;
  /** Hears what anybody publishes from now on, this process included; also after a lost connection. */
  subscribe(channel: string, hear: (message: string) => void): Promise<void>;
  close(): Promise<void>;
}
