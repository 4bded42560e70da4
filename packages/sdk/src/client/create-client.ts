import { resolveRegion } from "../bedrock/region.ts";
import { type ImportedModelDescription, type TransportOptions, createTransport } from "../bedrock/transport.ts";
import { OutcropError } from "../core/errors.ts";
import { type ChatClient, createChatClient } from "./client.ts";
import type { CompletionFunction, CompletionHooks, TransportHooks } from "./completion-params.ts";
import type { Deployment, DeploymentSettings } from "./deployment.ts";
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
  /**
   * What AWS says of an imported model (GetImportedModel on the control plane: nothing is invoked or billed).
   * @throws OutcropError `invalid_model` for a model that is not an imported one.
   */
  describeModel(deployment: Deployment, signal?: AbortSignal): Promise<ImportedModelDescription>;
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
  const env = runtime?.env ?? (() => process.env);
  const client = createChatClient({
    transport: transport ?? bedrock,
    env,
    lookUpPreset: cachePresetLookup((query) => lookUpPreset(query, bedrock)),
  });

  const completion = createCompletionFunction(() => client, defaults);
  async function describeModel({ ref, auth, region, maxRetries }: Deployment, signal?: AbortSignal) {
    if (ref.arn?.type !== "imported-model") {
      throw new OutcropError("invalid_model", `${ref.modelId} is not an imported model; the control plane describes those.`);
    }
    const where = await resolveRegion({ explicit: region, ref, env: env(), profile: auth.profile });
    return bedrock.getImportedModel({ modelId: ref.modelId, region: where, auth, maxRetries, signal });
  }

  return { ...client, completion, describeModel, close: () => bedrock.close() };
}
