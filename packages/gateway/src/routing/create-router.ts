import { OutcropError } from "@outcrop/sdk";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { CallRun, RouterClient, RouterClock, RouterServices, Tally } from "./call-run.ts";
import { toMs } from "./limits.ts";
import { createMemoryState } from "./memory-state.ts";
import { type ModelGroups, type Target, createModelGroups } from "./model-groups.ts";
import type { RoutedAnswer, RoutedCall, Router } from "./router.ts";
import type { RouterObserver } from "./router-event.ts";
import { createScope } from "./scope.ts";
import { createSlots } from "./slots.ts";
import type { RouterState } from "./state.ts";
import { systemClock } from "./system-clock.ts";
import { tryFallbacks } from "./try-fallbacks.ts";
import type { OpenAnswer } from "./try-target.ts";

/** What a router is made of; everything after the client has a default. */
export interface RouterParts {
  readonly config: GatewayConfig;
  /** The only one that talks to AWS. */
  readonly client: RouterClient;
  /** What is known of the deployments; default: in this process's memory. */
  readonly state?: RouterState;
  readonly clock?: RouterClock | undefined;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly onEvent?: RouterObserver;
  /** Has a model restored whose calls go elsewhere meanwhile; default: nobody does. */
  readonly keepRestoring?: (target: Target) => void;
}

/** A router that takes a new config without forgetting what it has learnt. */
export interface ReloadableRouter extends Router {
  /** Calls under way go on by the config that they began with. What is known of a deployment stays with its id. */
  update(config: GatewayConfig): void;
}

/** Joins groups, strategies, limits, retries, cooldowns and fallbacks to the one way from an alias to an answer. */
export function createRouter(parts: RouterParts): ReloadableRouter {
  const { onEvent } = parts;
  const services = toServices(parts);
  const { clock, state } = services;
  const gate = createSlots();
  let { config } = parts;
  let groups: ModelGroups = createModelGroups(config);

  async function route(call: RoutedCall): Promise<RoutedAnswer> {
    const { timeout } = call.options;
    const tally = { attempts: 0, retries: 0, fallbacks: 0, group: undefined };
    const run: CallRun = {
      ...services,
      config,
      groups,
      call,
      tally,
      skip: nobody,
      endsAt: clock.now() + (timeout === undefined ? Infinity : toMs(timeout)),
      emit(event) {
        onEvent?.(event);
        call.onEvent?.(event);
      },
    };
    const leave = gate.takeFree("", config.general.globalMaxParallelRequests) ?? (await enter(run));
    try {
      const answer = await tryFallbacks(run);
      answer.whenEnded(leave);
      return toRoutedAnswer(answer, tally);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Past the limit of the whole gateway. */
  async function enter({ call }: Pick<CallRun, "call">): Promise<() => void> {
    const limit = config.general.globalMaxParallelRequests;
    const room = gate.room("", limit);
    if (room === "full")
      throw new OutcropError("throttled", "The gateway is at its limit.", { retryAfter: 1 });
    const scope = createScope(call.signal, clock.sleep);
    const seconds = call.options.timeout ?? config.router.timeout;
    scope.arm(toMs(seconds), () => new OutcropError("timeout", `The gateway was too busy for ${seconds} s.`));
    return gate.acquire("", limit, scope.signal).finally(() => scope.close());
  }

  return {
    chat: route,
    modelNames: () => groups.names,
    update(next) {
      groups = createModelGroups(next);
      config = next;
      const ids = new Set(next.models.map(({ id }) => id));
      state.retain((id) => ids.has(id));
    },
  };
}

function toRoutedAnswer(
  { events, warnings, requestId, region, coldWaitMs, target, group }: OpenAnswer,
  { retries, fallbacks }: Tally,
): RoutedAnswer {
  return {
    events,
    warnings,
    requestId,
    region,
    coldWaitMs,
    entry: target.entry,
    modelGroup: group.name,
    attemptedRetries: retries,
    attemptedFallbacks: fallbacks,
  };
}

function toServices({ client, state, clock, random, keepRestoring }: RouterParts): RouterServices {
  return {
    client,
    state: state ?? createMemoryState(),
    slots: createSlots(),
    clock: clock ?? systemClock,
    random: random ?? Math.random,
    elsewhere: tryFallbacks,
    keepRestoring: keepRestoring ?? ignore,
  };
}

const nobody: ReadonlySet<string> = new Set();

function ignore(): void {}
