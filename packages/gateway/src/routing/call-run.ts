import type { OutcropClient } from "@outcrop/sdk";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { ModelGroups, Target } from "./model-groups.ts";
import type { RoutedCall } from "./router.ts";
import type { RouterObserver } from "./router-event.ts";
import type { Sleep } from "./scope.ts";
import type { Slots } from "./slots.ts";
import type { RouterState } from "./state.ts";
import type { OpenAnswer } from "./try-target.ts";
import type { UpstreamClient } from "./upstream-client.ts";

/** Time, injected so that tests own it. */
export interface RouterClock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep: Sleep;
}

/** Sends the calls, and knows how warm imported models are; one that doesn't takes all of them to be. */
export type RouterClient = UpstreamClient & Partial<Pick<OutcropClient, "warmthOf">>;

/** What outlives a config. */
export interface RouterServices {
  readonly client: RouterClient;
  readonly state: RouterState;
  readonly slots: Slots;
  readonly clock: RouterClock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** The same call once more: to the other deployments, and to what stands in for its group. */
  readonly elsewhere: (run: CallRun) => Promise<OpenAnswer>;
  /** Has a model restored that a call didn't wait for. */
  readonly keepRestoring: (target: Target) => void;
}

/** One call on its way through groups and deployments. It keeps the config that it began with. */
export interface CallRun extends RouterServices {
  readonly config: GatewayConfig;
  readonly groups: ModelGroups;
  readonly call: RoutedCall;
  /** When the request's own `timeout` is over, in milliseconds since the epoch; `Infinity`: it has none. */
  readonly endsAt: number;
  readonly emit: RouterObserver;
  readonly tally: Tally;
  /** Ids of deployments that are tried already, side by side with this. */
  readonly skip: ReadonlySet<string>;
}

/** What was tried so far. */
export interface Tally {
  /** Calls sent. */
  attempts: number;
  /** Those of them that came after another of the same group. */
  retries: number;
  /** Groups gone to after the first. */
  fallbacks: number;
  /** The group that was called last. */
  group: string | undefined;
}
