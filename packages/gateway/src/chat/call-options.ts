import type { IncomingHttpHeaders } from "node:http";
import {
  type JsonObject,
  type JsonValue,
  OutcropError,
  isDeploymentSetting,
  isJsonObject,
} from "@outcrop/sdk";
import { type ColdStartPolicy, coldStartPolicies } from "../config/cold-config.ts";
import type { CallOptions } from "../routing/router.ts";

/** What a request says to the gateway itself, apart from what it says to the model. */
export interface TakenOptions {
  readonly options: CallOptions;
  /** LiteLLM's `cache` controls, as sent. */
  readonly cacheControls: JsonObject;
  /** The body without what was meant for the gateway. */
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

/** Body fields that LiteLLM's gateway reads itself; none of them may reach a model. */
const gatewayFields = new Set([
  "timeout",
  "stream_timeout",
  "num_retries",
  "max_retries",
  "fallbacks",
  "tags",
  "drop_params",
  "cache",
  "caching",
  "allowed_model_region",
]);

/** LiteLLM's fields that mean nothing here; they are dropped, and named in a warning. */
const foreignFields = new Set([
  "context_window_fallback_dict",
  "guardrails",
  "additional_drop_params",
  "allowed_openai_params",
  "litellm_request_debug",
  "litellm_metadata",
  "litellm_params",
  "mock_response",
  "mock_testing_fallbacks",
  "mock_testing_context_fallbacks",
  "mock_testing_content_policy_fallbacks",
  "mock_timeout",
  "base_url",
  "api_version",
  "custom_llm_provider",
  "organization",
]);

/**
 * Takes the gateway's own options out of a request. Where a call goes and with which credentials is the
 * operator's alone: such fields of a request are dropped, and said to be.
 *
 * @throws OutcropError `invalid_request` naming an option of the wrong kind.
 */
export function takeCallOptions(given: JsonObject, headers: IncomingHttpHeaders): TakenOptions {
  const taken = Object.keys(given).filter((name) => !isForModel(name));
  const options = optionsOf(given, headers);
  if (taken.length === 0) return { options, cacheControls: {}, body: given, warnings: [] };
  const warnings = taken
    .filter((name) => !gatewayFields.has(name))
    .map((name) => `${name}: dropped, because only the gateway's operator sets it`);
  // Not by assignment: to a key "__proto__" that would be another object's members.
  const body = Object.fromEntries(Object.entries(given).filter(([name]) => isForModel(name)));
  return { options, cacheControls: cacheControlsOf(given), body, warnings };
}

/** What the gateway reads, what only its operator sets, and what is LiteLLM's own goes no further. */
function isForModel(name: string): boolean {
  if (name === "model") return true;
  return !gatewayFields.has(name) && !foreignFields.has(name) && !isDeploymentSetting(name);
}

function optionsOf(body: JsonObject, headers: IncomingHttpHeaders): CallOptions {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  const tags = [
    ...textList(headers["x-litellm-tags"]),
    ...strings(body.tags, "tags"),
    ...strings(metadata.tags, "metadata.tags"),
  ];
  return {
    timeout: seconds(headers["x-litellm-timeout"] ?? body.timeout, "timeout"),
    streamTimeout: seconds(headers["x-litellm-stream-timeout"] ?? body.stream_timeout, "stream_timeout"),
    numRetries: count(headers["x-litellm-num-retries"] ?? body.num_retries ?? body.max_retries),
    fallbacks: body.fallbacks === undefined ? undefined : fallbackNames(body.fallbacks),
    tags,
    allowedRegion: textOf(body.allowed_model_region, "allowed_model_region"),
    coldStart: policyOf(headers["x-outcrop-cold-start"]),
    coldStartGrace: graceOf(headers["x-outcrop-cold-start-grace"]),
    dropParams: typeof body.drop_params === "boolean" ? body.drop_params : undefined,
  };
}

function textOf(value: JsonValue | undefined, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw invalid(path, "a string");
}

function policyOf(header: string | string[] | undefined): ColdStartPolicy | undefined {
  if (header === undefined) return undefined;
  const policy = coldStartPolicies.find(
    (known) => known === String(header).trim().toLowerCase().replace("-", "_"),
  );
  if (policy) return policy;
  throw invalid("x-outcrop-cold-start", `one of ${coldStartPolicies.join(", ")}`);
}

function graceOf(header: string | string[] | undefined): number | undefined {
  return header === "0" ? 0 : seconds(header, "x-outcrop-cold-start-grace");
}

function textList(header: string | string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  const text = Array.isArray(header) ? header.join(",") : header;
  return text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}

function strings(value: JsonValue | undefined, path: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((entry) => typeof entry === "string")) return value;
  throw invalid(path, "a list of strings");
}

function seconds(value: JsonValue | string[] | undefined, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = toNumber(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw invalid(path, "a number of seconds above 0");
}

function count(value: JsonValue | string[] | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = toNumber(value);
  if (Number.isInteger(number) && number >= 0) return Math.min(number, 20);
  throw invalid("num_retries", "a whole number of at least 0");
}

/** A number, or text that is one, as a header is. */
function toNumber(value: JsonValue | string[]): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
}

/** Names of groups; LiteLLM also takes objects with a `model` and overrides, of which the name counts. */
function fallbackNames(value: JsonValue): readonly string[] {
  if (!Array.isArray(value)) throw invalid("fallbacks", "a list of model names");
  return (value as readonly JsonValue[]).map((entry) => {
    const name = isJsonObject(entry) ? entry.model : entry;
    if (typeof name === "string") return name;
    throw invalid("fallbacks", "a list of model names");
  });
}

function cacheControlsOf(body: JsonObject): JsonObject {
  const controls = isJsonObject(body.cache) ? body.cache : {};
  return typeof body.caching === "boolean" ? { ...controls, "use-cache": body.caching } : controls;
}

function invalid(param: string, expected: string): OutcropError {
  return new OutcropError("invalid_request", `${param} must be ${expected}`, { param });
}
