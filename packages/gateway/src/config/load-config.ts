import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  type JsonObject,
  type JsonValue,
  OutcropError,
  isDeploymentSetting,
  isJsonObject,
  parseDeployment,
} from "@outcrop/sdk";
import { parse } from "yaml";
import type { Finding } from "./finding.ts";
import type {
  Environment,
  GatewayConfig,
  GeneralSettings,
  LitellmSettings,
  ModelEntry,
  RouterSettings,
} from "./gateway-config.ts";

/** What became of a config file. */
export interface LoadedConfig {
  /** Absent when an error is among the findings. */
  readonly config: GatewayConfig | undefined;
  readonly findings: readonly Finding[];
}

export interface LoadOptions {
  /** Default `process.env`. */
  readonly env?: Environment;
  /** Where `.env` lies. Default the working directory. */
  readonly cwd?: string;
}

/** Reads a LiteLLM config with all that it includes. Never throws: what is wrong is among the findings. */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const findings: Finding[] = [];
  const fail = (code: Finding["code"], message: string) =>
    findings.push({ level: "error", code, message, file: path, line: 0, column: 0, path: "" });
  try {
    const document: unknown = parse(await readFile(path, "utf8"), { version: "1.1", merge: true });
    const config = toConfig(expand(document as JsonValue, options.env ?? process.env), fail);
    return { config: findings.length === 0 ? config : undefined, findings };
  } catch (error) {
    fail("broken_yaml", error instanceof Error ? error.message : String(error));
    return { config: undefined, findings };
  }
}

function expand(value: JsonValue, env: Environment): JsonValue {
  if (typeof value === "string" && value.startsWith("os.environ/")) return env[value.slice(11)] ?? null;
  if (Array.isArray(value)) return value.map((item: JsonValue) => expand(item, env));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item ?? null, env)]));
}

function toConfig(
  document: JsonValue,
  fail: (code: Finding["code"], message: string) => void,
): GatewayConfig {
  const root = isJsonObject(document) ? document : {};
  const list = Array.isArray(root["model_list"]) ? root["model_list"] : [];
  if (list.length === 0) fail("missing_key", "model_list is missing.");
  const generalBlock = isJsonObject(root["general_settings"]) ? root["general_settings"] : {};
  const masterKey = generalBlock["master_key"];
  return {
    models: list.filter(isJsonObject).map((entry) => toModel(entry, fail)),
    litellm,
    router,
    general: { ...general, masterKey: typeof masterKey === "string" ? masterKey : undefined },
    outcrop: {
      coldStartTimeout: 300,
      insecurePublic: false,
      allowedImageHosts: [],
      invokeHealthChecks: false,
    },
    environment: {},
  };
}

function toModel(entry: JsonObject, fail: (code: Finding["code"], message: string) => void): ModelEntry {
  const params = isJsonObject(entry["litellm_params"]) ? entry["litellm_params"] : {};
  const info = isJsonObject(entry["model_info"]) ? entry["model_info"] : {};
  const id = info["id"] ?? createHash("sha256").update(JSON.stringify(entry)).digest("hex");
  return {
    modelName: typeof entry["model_name"] === "string" ? entry["model_name"] : "",
    id: typeof id === "string" ? id : JSON.stringify(id),
    deployment: tryParse(params, fail),
    wildcard: undefined,
    unavailable: undefined,
    defaults: Object.fromEntries(Object.entries(params).filter(([name]) => !isDeploymentSetting(name))),
    routing: {
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
      disableBackgroundHealthCheck: false,
    },
    shaping: {
      dropParams: false,
      additionalDropParams: [],
      allowedOpenaiParams: [],
      modifyParams: false,
      mergeReasoningContent: false,
      mockResponse: undefined,
    },
    info,
    prices: {},
    position: { file: "", line: 0, column: 0 },
  };
}

function tryParse(params: JsonObject, fail: (code: Finding["code"], message: string) => void) {
  try {
    return parseDeployment(params);
  } catch (error) {
    if (!(error instanceof OutcropError)) throw error;
    fail("invalid_model", error.message);
    return undefined;
  }
}

const litellm: LitellmSettings = {
  dropParams: false,
  modifyParams: false,
  cache: undefined,
  callbacks: [],
  successCallbacks: [],
  failureCallbacks: [],
  callbackSettings: {},
  jsonLogs: false,
  setVerbose: false,
  turnOffMessageLogging: false,
  redactUserApiKeyInfo: false,
  redactMessagesInExceptions: false,
  requireAuthForMetricsEndpoint: true,
  modelAliasMap: {},
  repeatedStreamingChunkLimit: 100,
};

const router: RouterSettings = {
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

const general: GeneralSettings = {
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
