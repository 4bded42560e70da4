import { getEventListeners } from "node:events";
import {
  type CancelSignal,
  Cancellation,
  type ChatRequest,
  type Deployment,
  type JsonObject,
  OutcropError,
  parseChatRequest,
  parseDeployment,
} from "@outcrop/sdk";
import type {
  DeploymentRouting,
  GatewayConfig,
  GeneralSettings,
  LitellmSettings,
  ModelEntry,
  RequestShaping,
  RouterSettings,
} from "../../src/config/gateway-config.ts";
import { createRouter } from "../../src/routing/create-router.ts";
import { noRows } from "../../src/ledger/prices.ts";
import { createMemoryState } from "../../src/routing/memory-state.ts";
import type { RouterEvent } from "../../src/routing/router-event.ts";
import type { CallOptions, RoutedAnswer, RoutedCall } from "../../src/routing/router.ts";
import { type Plan, createFakeClient } from "./fake-client.ts";
import { createTestClock, seededRandom } from "./test-clock.ts";

/** One line of a test's model list. */
export interface ModelLine
  extends Partial<DeploymentRouting>, Partial<Pick<ModelEntry, "defaults" | "info" | "prices">> {
  readonly name: string;
  /** Default: the name. */
  readonly id?: string;
  readonly shaping?: Partial<RequestShaping>;
  readonly region?: string;
  readonly unavailable?: string;
  /** In place of the made-up one. */
  readonly deployment?: Deployment;
  /** Leads to no deployment, and says no reason. */
  readonly nowhere?: boolean;
  /** Makes the name a pattern; the star's text is the model's id. */
  readonly wildcard?: boolean;
  readonly dropParams?: boolean;
  readonly coldStartTimeout?: number;
}

export interface ConfigLines {
  readonly models: readonly ModelLine[];
  readonly router?: Partial<RouterSettings>;
  readonly litellm?: Partial<LitellmSettings>;
  readonly general?: Partial<GeneralSettings>;
}

export function createConfig({ models, router, litellm, general }: ConfigLines): GatewayConfig {
  return {
    models: models.map(toEntry),
    router: { ...routerDefaults, ...router },
    litellm: { ...litellmDefaults, ...litellm },
    general: { ...generalDefaults, ...general },
    outcrop: {
      coldStart: "wait",
      coldStartGrace: 5,
      coldStartTimeout: 300,
      warmUp: [],
      warmSchedule: [],
      ledger: undefined,
      prices: noRows,
      insecurePublic: false,
      allowedImageHosts: [],
      invokeHealthChecks: false,
    },
    environment: {},
  };
}

export interface RigOptions extends ConfigLines {
  readonly plan?: Plan;
  readonly seed?: number;
}

/** A router with everything around it faked. */
export function createRig({ plan, seed = 1, ...lines }: RigOptions) {
  const client = createFakeClient(plan);
  const clock = createTestClock();
  const state = createMemoryState();
  const events: RouterEvent[] = [];
  const onEvent = (event: RouterEvent) => void events.push(event);
  const config = createConfig(lines);
  const router = createRouter({ config, client, state, clock, random: seededRandom(seed), onEvent });
  const inFlight = (id: string) => state.view(id, clock.now()).inFlight;
  return {
    client,
    clock,
    state,
    events,
    router,
    inFlight,
    /** A call with its own controller, unless it brings a signal. */
    chat: (model: string, call: CallLine = {}) => router.chat(createCall(model, call)),
    /** Asks, and reads to the end. */
    async ask(model: string, call: CallLine = {}) {
      const answer = await router.chat(createCall(model, call));
      return { ...answer, text: await readText(answer) };
    },
    eventTypes: () => events.map(({ type }) => type),
    /** What a finished test must not leave behind. */
    leftovers: () => ({
      sleeping: clock.sleeping(),
      open: client.open(),
      inFlight: lines.models.map(({ id, name }) => inFlight(id ?? name)).filter((count) => count !== 0),
    }),
  };
}

export const nothingLeft = { sleeping: [], open: 0, inFlight: [] };

export interface CallLine extends CallOptions {
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
  readonly request?: Partial<ChatRequest>;
  readonly unsupported?: readonly string[];
}

export function createCall(model: string, line: CallLine = {}): RoutedCall {
  const {
    stream = false,
    signal = new AbortController().signal,
    request,
    unsupported = [],
    ...options
  } = line;
  return { model, stream, signal, unsupported, options, request: { ...createRequest(), ...request } };
}

export function createRequest(body: JsonObject = {}): ChatRequest {
  return parseChatRequest({ messages: [{ role: "user", content: "Hello" }], ...body }).request;
}

export async function readText({ events }: Pick<RoutedAnswer, "events">): Promise<string> {
  let text = "";
  for await (const batch of events) {
    for (const event of batch) if (event.type === "text-delta") text += event.text;
  }
  return text;
}

export async function readEvents({ events }: Pick<RoutedAnswer, "events">) {
  const all = [];
  for await (const batch of events) all.push(...batch);
  return all;
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<OutcropError> {
  const error: unknown = await promise.then(
    () => new Error("It did not fail."),
    (reason: unknown) => reason,
  );
  if (error instanceof OutcropError) return error;
  throw error;
}

export function listenerCount(signal: CancelSignal | AbortSignal): number {
  return signal instanceof Cancellation
    ? signal.listenerCount()
    : getEventListeners(signal as AbortSignal, "abort").length;
}

function toEntry(line: ModelLine): ModelEntry {
  const {
    name,
    id = name,
    shaping,
    region,
    unavailable,
    nowhere,
    deployment,
    wildcard,
    dropParams,
    defaults,
    info,
    prices,
    coldStartTimeout,
    ...routing
  } = line;
  const deploy = (modelId: string) =>
    parseDeployment({
      model: `bedrock/converse/${modelId}`,
      aws_region_name: region,
      drop_params: dropParams,
      cold_start_timeout: coldStartTimeout,
    });
  const pattern = new RegExp(`^${name.replaceAll("*", "(.*)")}$`);
  return {
    modelName: name,
    id,
    deployment: wildcard || nowhere ? undefined : (deployment ?? deploy(id)),
    wildcard: wildcard
      ? {
          specificity: name.length,
          matches: (model) => pattern.test(model),
          resolve: (model) => (pattern.test(model) ? deploy(pattern.exec(model)?.[1] ?? "") : undefined),
        }
      : undefined,
    unavailable,
    defaults: defaults ?? {},
    info: info ?? {},
    inBackgroundChecks: true,
    prices: prices ?? {},
    routing: { ...routingDefaults, ...routing },
    shaping: { ...shapingDefaults, ...shaping },
    position: { file: "config.yaml", line: 1, column: 1 },
  };
}

const routingDefaults: DeploymentRouting = {
  weight: undefined,
  order: undefined,
  rpm: undefined,
  tpm: undefined,
  maxParallelRequests: undefined,
  cooldownTime: undefined,
  tags: [],
  timeout: 600,
  streamTimeout: 600,
  numRetries: 2,
  coldStart: "wait",
  coldStartGrace: 5,
};

const shapingDefaults: RequestShaping = {
  dropParams: false,
  additionalDropParams: [],
  allowedOpenaiParams: [],
  modifyParams: false,
  mergeReasoningContent: false,
  mockResponse: undefined,
};

const routerDefaults: RouterSettings = {
  routingStrategy: "simple-shuffle",
  routingStrategyArgs: {},
  modelGroupAlias: {},
  numRetries: 2,
  retryAfter: 0,
  maxFallbacks: 5,
  timeout: 600,
  streamTimeout: undefined,
  retryPolicy: {},
  modelGroupRetryPolicy: {},
  allowedFails: 3,
  allowedFailsPolicy: {},
  cooldownTime: 5,
  disableCooldowns: false,
  fallbacks: {},
  contextWindowFallbacks: {},
  contentPolicyFallbacks: {},
  defaultFallbacks: [],
  enablePreCallChecks: false,
  enforceModelRateLimits: false,
  redis: undefined,
  enableTagFiltering: false,
  tagFilteringMatchAny: true,
  defaultMaxParallelRequests: undefined,
};

const litellmDefaults: LitellmSettings = {
  dropParams: false,
  modifyParams: false,
  cache: undefined,
  callbacks: [],
  successCallbacks: [],
  failureCallbacks: [],
  jsonLogs: false,
  setVerbose: false,
  turnOffMessageLogging: false,
  redactUserApiKeyInfo: false,
  redactMessagesInExceptions: false,
  requireAuthForMetricsEndpoint: true,
  modelAliasMap: {},
  repeatedStreamingChunkLimit: 100,
};

const generalDefaults: GeneralSettings = {
  masterKey: undefined,
  litellmKeyHeaderName: undefined,
  maxParallelRequests: undefined,
  globalMaxParallelRequests: undefined,
  completionModel: undefined,
  backgroundHealthChecks: false,
  healthCheckInterval: 300,
  healthCheckDetails: true,
  alwaysIncludeStreamUsage: false,
  maxRequestSizeMb: undefined,
  maxResponseSizeMb: undefined,
  enforceUserParam: false,
  allowedIps: undefined,
  useXForwardedFor: false,
  tokenRateLimitType: "total",
  allowRequestsOnDbUnavailable: false,
};
