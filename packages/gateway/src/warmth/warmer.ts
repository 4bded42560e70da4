import { type ChatCall, type Deployment, type OutcropError, parseChatRequest } from "@outcrop/sdk";
import type { ModelEntry } from "../config/gateway-config.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import type { UpstreamClient } from "../routing/upstream-client.ts";

/** How far a restore is. */
export type RestoreProgress = Parameters<NonNullable<ChatCall["onColdStart"]>>[0];

/** A deployment whose model can be restored. */
export interface WarmTarget {
  readonly entry: ModelEntry;
  readonly deployment: Deployment;
}

/** How a restore ended. */
export type RestoreOutcome =
  | { readonly type: "warm"; readonly waitedMs: number }
  | { readonly type: "failed"; readonly error: OutcropError };

/** A model on its way to be warm, for everybody who waits for that. */
export interface Restore {
  /** Never rejects. */
  readonly outcome: Promise<RestoreOutcome>;
  /** Tells what was told last and what comes; answers what ends that. */
  listen(hear: (progress: RestoreProgress) => void): () => void;
}

/** Restores models by a call of one token: it starts the restore, keeps it going, and tells when it is done. */
export interface Warmer {
  /** Starts the restore of a deployment's model, or joins the one that is under way; a warm model is kept warm. */
  warm(target: WarmTarget): Restore;
  /** Leaves what is under way. */
  close(): void;
}

/** Seconds: the longest restores seen take five minutes. */
const patience = 600;

const { request: ping } = parseChatRequest({ messages: [{ role: "user", content: "Hi" }], max_tokens: 1 });

export function createWarmer(client: UpstreamClient): Warmer {
  const restores = new Map<string, Restore>();
  const closing = new AbortController();

  function start(target: WarmTarget): Restore {
    const ears = new Set<(progress: RestoreProgress) => void>();
    let last: RestoreProgress | undefined;
    const onColdStart = (progress: RestoreProgress) => {
      last = progress;
      for (const hear of ears) hear(progress);
    };
    return {
      outcome: askOnce(client, target, { signal: closing.signal, onColdStart }),
      listen(hear) {
        ears.add(hear);
        if (last) hear(last);
        return () => ears.delete(hear);
      },
    };
  }

  return {
    warm(target) {
      const { endpoint = "", ref } = target.deployment;
      const key = `${endpoint} ${ref.modelId}`;
      const known = restores.get(key);
      if (known) return known;
      const restore = start(target);
      restores.set(key, restore);
      void restore.outcome.then(() => restores.delete(key));
      return restore;
    },
    close: () => closing.abort(),
  };
}

async function askOnce(
  client: UpstreamClient,
  { entry, deployment }: WarmTarget,
  hooks: Pick<ChatCall, "signal" | "onColdStart">,
): Promise<RestoreOutcome> {
  const own = { ...deployment, coldStartTimeout: patience, timeout: patience * 2, dropParams: true };
  try {
    const call = { request: ping, deployment: own, stream: false, ...hooks };
    const { events, coldWaitMs = 0 } = await client.chat(call, { entry, call: { options: {} } });
    for await (const batch of events) void batch;
    return { type: "warm", waitedMs: coldWaitMs };
  } catch (error) {
    return { type: "failed", error: toOutcropError(error) };
  }
}
