import { type TransportOptions, createTransport } from "../bedrock/transport.ts";
import { type ChatClient, createChatClient } from "./client.ts";
import type { CompletionFunction, CompletionHooks, TransportHooks } from "./completion-params.ts";
import type { DeploymentSettings } from "./deployment.ts";
import { cachePresetLookup, lookUpPreset } from "./preset-lookup.ts";
import { createCompletionFunction } from "./run-completion.ts";

/** Settings that every call of a client starts from; a call's own win. */
export interface ClientOptions
  extends Partial<Omit<DeploymentSettings, "model">>, CompletionHooks, TransportHooks {
  /** Clock, sleep, randomness and environment of the built-in transport. */
  runtime?: Omit<TransportOptions, "fetch">;
}

/** One configured object for many calls. */
export interface OutcropClient extends ChatClient {
  /** Like the function {@link completion}, on top of the client's own settings. */
  readonly completion: CompletionFunction;
  /** Ends the connections that are kept open. */
  close(): Promise<void>;
}

/**
 * Makes a client: its settings are the defaults of its calls, its connections are its own.
 *
 * @example
 * ```ts
 * const client = createClient({ aws_region_name: "us-west-2", timeout: 120 });
 * const answer = await client.completion({
 *   model: "bedrock/moonshot.kimi-k2-thinking",
 *   messages: [{ role: "user", content: "What is 2+2?" }],
 * });
 * console.log(answer.choices[0]?.message.content);
 * ```
 */
export function createClient(options: ClientOptions = {}): OutcropClient {
  const { fetch, transport, runtime, ...defaults } = options;
  const bedrock = createTransport({ ...runtime, fetch });
  const client = createChatClient({
    transport: transport ?? bedrock,
    env: runtime?.env ?? (() => process.env),
    lookUpPreset: cachePresetLookup((query) => lookUpPreset(query, bedrock)),
  });

  const completion = createCompletionFunction(() => client, defaults);
  return { ...client, completion, close: () => bedrock.close() };
}
