import { getImportedModel } from "../bedrock/imported-model.ts";
import { type Transport, type TransportOptions, createTransport } from "../bedrock/transport.ts";
import type { ChatCompletion } from "../openai/types.ts";
import { presetOfImportedModel } from "../routing/imported-model.ts";
import { type ChatClient, createChatClient } from "./client.ts";
import {
  type CompletionHooks,
  type CompletionParams,
  type CompletionStream,
  type TransportHooks,
  createCompletionStream,
} from "./completion-params.ts";
import type { DeploymentSettings } from "./deployment.ts";
import { type PresetQuery, cachePresetLookup } from "./preset-lookup.ts";
import { runCompletion, runCompletionStream } from "./run-completion.ts";

/** Settings that every call of a client starts from; a call's own win. */
export interface ClientOptions extends Partial<Omit<DeploymentSettings, "model">>, CompletionHooks, TransportHooks {
  /** Clock, sleep, randomness and environment of the built-in transport. */
  runtime?: Omit<TransportOptions, "fetch">;
}

/** One configured object for many calls. */
export interface OutcropClient extends ChatClient {
  /** Like the function {@link completion}, on top of the client's own settings. */
  completion(params: CompletionParams & { stream: true }): CompletionStream;
  completion(params: CompletionParams & { stream?: false | null }): Promise<ChatCompletion>;
  completion(params: CompletionParams): CompletionStream | Promise<ChatCompletion>;
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
  const { fetch, transport: given, runtime, ...defaults } = options;
  const built = given ? undefined : createTransport({ ...runtime, fetch });
  const transport: Transport | undefined = given ?? built;
  const env = runtime?.env ?? (() => process.env);
  const sendOptions = { ...runtime, fetch };
  const client = createChatClient({
    transport: transport ?? createTransport(sendOptions),
    env,
    lookUpPreset: cachePresetLookup(lookUp),
  });

  async function lookUp({ deployment, region }: PresetQuery) {
    return presetOfImportedModel(await getImportedModel({ deployment, region }, sendOptions));
  }

  function completion(params: CompletionParams & { stream: true }): CompletionStream;
  function completion(params: CompletionParams & { stream?: false | null }): Promise<ChatCompletion>;
  function completion(params: CompletionParams): CompletionStream | Promise<ChatCompletion>;
  function completion(params: CompletionParams): CompletionStream | Promise<ChatCompletion> {
    const all: CompletionParams = { ...defaults, ...params };
    return all.stream === true ? createCompletionStream(runCompletionStream(client, all)) : runCompletion(client, all);
  }

  return { ...client, completion, close: async () => built?.close() };
}
