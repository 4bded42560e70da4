import type { Deployment, JsonObject, JsonValue } from "@outcrop/sdk";
import type { ColdSettings, ColdTerms } from "./cold-config.ts";
import type { CostSettings } from "./ledger-config.ts";
import type { Position } from "./finding.ts";

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A LiteLLM config, read: every value has its kind, every default is filled in. */
export interface GatewayConfig {
  /** In the order of the file. Entries of one name form a group. */
  readonly models: readonly ModelEntry[];
  readonly litellm: LitellmSettings;
  readonly router: RouterSettings;
  readonly general: GeneralSettings;
  readonly outcrop: OutcropSettings;
  /** What `.env` and `environment_variables` put over the process's environment. */
  readonly environment: Environment;
}

/** An entry of `model_list`: one deployment of a group. */
export interface ModelEntry {
  /** The alias that clients send; with stars a pattern, and then {@link wildcard} is set. */
  readonly modelName: string;
  /** `model_info.id`, or a hash of the entry as it is written: the same on every replica and after every restart. */
  readonly id: string;
  /** Where calls go. Absent for a wildcard, and for a model that can't be served. */
  readonly deployment: Deployment | undefined;
  readonly wildcard: Wildcard | undefined;
  /** Why no call can go there, as a sentence for the client's 404. It counts before all else. */
  readonly unavailable: string | undefined;
  /** Parameters of the call that the request overrides: `temperature`, and what only the model knows. */
  readonly defaults: JsonObject;
  readonly routing: DeploymentRouting;
  readonly shaping: RequestShaping;
  /** `model_info` as it is written, with what `litellm_params` says about prices. */
  readonly info: JsonObject;
  /** Whether the health checks in the background ask about it. */
  readonly inBackgroundChecks: boolean;
  /** USD under LiteLLM's names (`input_cost_per_token`, …). */
  readonly prices: Readonly<Record<string, number>>;
  readonly position: Position;
}

/** A model name with stars. */
export interface Wildcard {
  /** Longer patterns are more specific, and come first. */
  readonly specificity: number;
  matches(modelName: string): boolean;
  /**
   * The deployment for a name, whose stars are put into `litellm_params.model`; `undefined` if it does not match, or if
   * a mock answers.
   * @throws OutcropError `not_found` or `invalid_model` for a name that leads to no model of Bedrock.
   */
  resolve(modelName: string): Deployment | undefined;
}

/** How a deployment is picked, and how long it is tried. */
export interface DeploymentRouting extends ColdTerms {
  /** Relative chance under `simple-shuffle`. */
  readonly weight: number | undefined;
  /** Lower is tried first. */
  readonly order: number | undefined;
  /** Requests and tokens a minute. */
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  readonly maxParallelRequests: number | undefined;
  /** Seconds; 0 switches cooldowns off. */
  readonly cooldownTime: number | undefined;
  readonly tags: readonly string[];
  /** Seconds for the whole answer; default the router's. */
  readonly timeout: number;
  /** Seconds to the first event of a stream; default `timeout`. */
  readonly streamTimeout: number;
  /** Tries after the first; default the router's. */
  readonly numRetries: number;
}

/** What is done to a request before it is sent, and to its answer. */
export interface RequestShaping {
  readonly dropParams: boolean;
  /** Dropped always; dotted paths and `[*]` are understood. */
  readonly additionalDropParams: readonly string[];
  /** Sent although the route's table does not know them. */
  readonly allowedOpenaiParams: readonly string[];
  readonly modifyParams: boolean;
  /** Reasoning is put into the content between think tags. */
  readonly mergeReasoningContent: boolean;
  /** Answered in place of a call. */
  readonly mockResponse: JsonValue | undefined;
}

/** `litellm_settings`, without what `router_settings` has too. */
export interface LitellmSettings {
  readonly dropParams: boolean;
  readonly modifyParams: boolean;
  readonly cache: CacheSettings | undefined;
  readonly callbacks: readonly CallbackName[];
  readonly successCallbacks: readonly CallbackName[];
  readonly failureCallbacks: readonly CallbackName[];
  /** Default false: lines for people on a terminal. */
  readonly jsonLogs: boolean;
  readonly setVerbose: boolean;
  /** Prompts and answers are logged nowhere, whatever this and {@link redactMessagesInExceptions} say. */
  readonly turnOffMessageLogging: boolean;
  readonly redactUserApiKeyInfo: boolean;
  readonly redactMessagesInExceptions: boolean;
  /** Default true. */
  readonly requireAuthForMetricsEndpoint: boolean;
  /** A model name that is replaced before anything else. */
  readonly modelAliasMap: Readonly<Record<string, string>>;
  /** How often the same chunk may come before a stream is ended. Default 100. */
  readonly repeatedStreamingChunkLimit: number;
}

/** The callbacks that are built. */
export type CallbackName = "prometheus" | "otel" | "generic_api";

export interface CacheSettings {
  readonly type: "local" | "redis";
  /** Seconds; absent: for as long as it has room. */
  readonly ttl: number | undefined;
  readonly namespace: string | undefined;
  /** `default_off`: only requests that ask for it. */
  readonly mode: "default_on" | "default_off";
  /** LiteLLM's names (`acompletion`, …); an empty list caches nothing. */
  readonly supportedCallTypes: readonly string[] | undefined;
  readonly redis: RedisSettings | undefined;
}

export interface RedisSettings {
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number | undefined;
  readonly ssl: boolean;
}

export const routingStrategies = [
  "simple-shuffle",
  "least-busy",
  "latency-based-routing",
  "cost-based-routing",
  "usage-based-routing",
  "usage-based-routing-v2",
] as const;

export type RoutingStrategy = (typeof routingStrategies)[number];

/** LiteLLM's classes of failure, as its policies name them. */
export const failureClasses = [
  "BadRequestError",
  "AuthenticationError",
  "TimeoutError",
  "RateLimitError",
  "ContentPolicyViolationError",
  "InternalServerError",
  "ServiceUnavailableError",
  "NotFoundError",
  "Default",
] as const;

export type FailureClass = (typeof failureClasses)[number];

/** A number for some classes of failure. */
export type FailurePolicy = Readonly<Partial<Record<FailureClass, number>>>;

/** Which groups stand in for a group; `*` for any. */
export type Fallbacks = Readonly<Record<string, readonly string[]>>;

/** `router_settings` over what `litellm_settings` says of the same. */
export interface RouterSettings {
  /** Default `simple-shuffle`. */
  readonly routingStrategy: RoutingStrategy;
  readonly routingStrategyArgs: JsonObject;
  readonly modelGroupAlias: Readonly<Record<string, ModelGroupAlias>>;
  /** Default 2. */
  readonly numRetries: number;
  /** Seconds before a retry, at the least. Default 0. */
  readonly retryAfter: number;
  /** Default 5. */
  readonly maxFallbacks: number;
  /** Seconds for the whole answer. Default 600. */
  readonly timeout: number;
  /** Seconds to the first event of a stream; absent: `timeout`. */
  readonly streamTimeout: number | undefined;
  readonly retryPolicy: FailurePolicy;
  readonly modelGroupRetryPolicy: Readonly<Record<string, FailurePolicy>>;
  /** Failures a minute before a cooldown. Default 3. */
  readonly allowedFails: number;
  readonly allowedFailsPolicy: FailurePolicy;
  /** Seconds. Default 5. */
  readonly cooldownTime: number;
  readonly disableCooldowns: boolean;
  readonly fallbacks: Fallbacks;
  readonly contextWindowFallbacks: Fallbacks;
  readonly contentPolicyFallbacks: Fallbacks;
  /** For any group that has no fallbacks of its own. */
  readonly defaultFallbacks: readonly string[];
  /** Whether deployments whose context window is too small, or whose region is not asked for, are left out. */
  readonly enablePreCallChecks: boolean;
  /** Whether `rpm` and `tpm` are limits, and not only weights. */
  readonly enforceModelRateLimits: boolean;
  readonly redis: RedisSettings | undefined;
  readonly enableTagFiltering: boolean;
  /** Default true: one common tag is enough. */
  readonly tagFilteringMatchAny: boolean;
  readonly defaultMaxParallelRequests: number | undefined;
}

export interface ModelGroupAlias {
  readonly model: string;
  /** Left out of `/v1/models`. */
  readonly hidden: boolean;
}

/** `general_settings`: the server. */
export interface GeneralSettings {
  readonly masterKey: string | undefined;
  /** A header of one's own for the key, before all others. */
  readonly litellmKeyHeaderName: string | undefined;
  /** Requests at once: of each deployment, and of the whole gateway. */
  readonly maxParallelRequests: number | undefined;
  readonly globalMaxParallelRequests: number | undefined;
  /** Answers every request, whatever model it names. */
  readonly completionModel: string | undefined;
  readonly backgroundHealthChecks: boolean;
  /** Seconds. Default 300. */
  readonly healthCheckInterval: number;
  /** Default true. */
  readonly healthCheckDetails: boolean;
  readonly alwaysIncludeStreamUsage: boolean;
  /** MiB. */
  readonly maxRequestSizeMb: number | undefined;
  readonly maxResponseSizeMb: number | undefined;
  readonly enforceUserParam: boolean;
  /** Addresses and CIDR ranges; absent: all. */
  readonly allowedIps: readonly string[] | undefined;
  /** Whether the client's address is taken from `X-Forwarded-For`. */
  readonly useXForwardedFor: boolean;
  /** What `tpm` counts. Default `total`. */
  readonly tokenRateLimitType: "total" | "input" | "output";
  /** Not served; with a public host the two together are refused. */
  readonly allowRequestsOnDbUnavailable: boolean;
}

/** `outcrop_settings`: what LiteLLM has no key for. */
export interface OutcropSettings extends ColdSettings, CostSettings {
  /** Listen beyond this machine without a key. */
  readonly insecurePublic: boolean;
  /** Hosts that images may be fetched from; none: data URLs only. */
  readonly allowedImageHosts: readonly string[];
  /** Whether `/health` may call the models, which Bedrock bills. Default false: it asks the control plane. */
  readonly invokeHealthChecks: boolean;
}
