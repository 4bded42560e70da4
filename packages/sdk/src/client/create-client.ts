import { resolveRegion } from "../bedrock/region.ts";
import {
  type HttpResponse,
  type ImportedModelDescription,
  type RelayCall,
  type TransportOptions,
  createTransport,
} from "../bedrock/transport.ts";
import type { CancelSignal } from "../core/cancellation.ts";
import { OutcropError } from "../core/errors.ts";
import type { WarmthView } from "../warmth/warmth-view.ts";
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

/** What is relayed: everything but where it goes. */
export type RelayRequest = Pick<RelayCall, "operation" | "body" | "headers" | "signal">;

/** One configured object for many calls. */
export interface OutcropClient extends ChatClient {
  /** Like the function {@link completion}, on top of the client's own settings. */
  readonly completion: CompletionFunction;
  /**
   * What AWS says of an imported model (GetImportedModel on the control plane: nothing is invoked or billed).
   * @throws OutcropError `invalid_model` for a model that is not an imported one.
   */
  describeModel(deployment: Deployment, signal?: CancelSignal): Promise<ImportedModelDescription>;
  /** Sends a body in Bedrock's own protocol and gives back AWS's answer as it is: signed, neither retried nor read. */
  relay(deployment: Deployment, call: RelayRequest): Promise<HttpResponse>;
  /**
   * How warm an imported model is, as far as its last calls showed; nobody is asked.
   * @returns `undefined` for a model that is always there, as foundation models are.
   */
  warmthOf(deployment: Deployment): WarmthView | undefined;
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

  const regionOf = ({ ref, region, auth }: Deployment) =>
    resolveRegion({ explicit: region, ref, env: env(), profile: auth.profile });

  return {
    ...client,
    completion: createCompletionFunction(() => client, defaults),
    async describeModel(deployment, signal) {
      const { ref, auth, maxRetries } = requireImported(deployment);
      return bedrock.getImportedModel({
        modelId: ref.modelId,
        region: await regionOf(deployment),
        auth,
        maxRetries,
        signal,
      });
    },
    async relay(deployment, call) {
      const { ref, auth, endpoint } = deployment;
      return bedrock.relay({
        ...call,
        modelId: ref.modelId,
        region: await regionOf(deployment),
        auth,
        endpoint,
      });
    },
    warmthOf: ({ ref: { modelId }, region, endpoint }) => bedrock.warmthOf({ modelId, region, endpoint }),
    close: () => bedrock.close(),
  };
}

function requireImported(deployment: Deployment): Deployment {
  const { arn, modelId } = deployment.ref;
  if (arn?.type === "imported-model") return deployment;
  throw new OutcropError(
    "invalid_model",
    `${modelId} is not an imported model; the control plane describes those.`,
  );
}
