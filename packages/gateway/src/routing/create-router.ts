import { type ChatClient, OutcropError } from "@outcrop/sdk";
import type { GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import { parseDefaultRequest, withDefaults } from "./default-request.ts";
import { peek } from "./peek.ts";
import type { RoutedAnswer, RoutedCall, Router } from "./router.ts";

/** What a router is made of. */
export interface RouterParts {
  readonly config: GatewayConfig;
  /** The only one that talks to AWS. */
  readonly client: ChatClient;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/** A router that takes a new config without losing what it has learnt. */
export interface ReloadableRouter extends Router {
  update(config: GatewayConfig): void;
}

export function createRouter(parts: RouterParts): ReloadableRouter {
  const { client, random = Math.random } = parts;
  let { config } = parts;

  function pick(model: string): ModelEntry {
    const group = config.models.filter((entry) => entry.modelName === model);
    const entry = group[Math.floor(random() * group.length)];
    if (entry) return entry;
    const names = config.models.map(({ modelName }) => modelName).join(", ");
    throw new OutcropError("invalid_model", `There is no model "${model}". There is: ${names}.`);
  }

  return {
    modelNames: () => [...new Set(config.models.map(({ modelName }) => modelName))],
    update: (next) => {
      config = next;
    },
    async chat(call: RoutedCall): Promise<RoutedAnswer> {
      const entry = pick(call.model);
      const { deployment } = entry;
      if (!deployment) throw new OutcropError("not_found", entry.unavailable ?? "The model can't be called.");
      const defaults = parseDefaultRequest(entry.defaults);
      const answer = await client.chat({
        request: withDefaults(call.request, defaults),
        deployment,
        stream: call.stream,
        unsupported: [...call.unsupported, ...defaults.unsupported],
        signal: call.signal,
      });
      const events = await peek(answer.events);
      return {
        ...answer,
        events,
        entry,
        modelGroup: call.model,
        attemptedRetries: 0,
        attemptedFallbacks: 0,
      };
    },
  };
}
