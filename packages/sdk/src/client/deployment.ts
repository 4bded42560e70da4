import { OutcropError } from "../core/errors.ts";
import type { ChatTemplate } from "../core/family.ts";
import { type ModelRef, isRegion, parseModelRef, regionMismatchText } from "../core/model-ref.ts";
import type { WireName } from "../core/wire.ts";
import { type CallAuth, parseCallAuth } from "../bedrock/call-auth.ts";
import { isWireName, wires } from "../wires/wire-list.ts";
import { resolveTemplate } from "../templates/template-list.ts";

/** Where and how one model is called: a model string with its AWS settings, read once. */
export interface Deployment {
  readonly ref: ModelRef;
  readonly auth: CallAuth;
  /** As set; the ARN's own region and the environment come after it. */
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly wire: WireName | undefined;
  readonly template: ChatTemplate | undefined;
  readonly addBosToken: boolean;
  readonly dropParams: boolean;
  /** In seconds, for the whole answer. */
  readonly timeout: number;
  readonly maxRetries: number;
  /** In seconds: how long a cold model is waited for. */
  readonly coldStartTimeout: number;
  /** Sent upstream with every call. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Settings of a call or a deployment, under LiteLLM's names. Everything else is OpenAI's body. */
export interface DeploymentSettings {
  model: string;
  /** The ARN or id to call, where `model` only says how. */
  model_id?: string;
  aws_region_name?: string;
  aws_access_key_id?: string;
  aws_secret_access_key?: string;
  aws_session_token?: string;
  aws_profile_name?: string;
  aws_role_name?: string;
  aws_session_name?: string;
  aws_external_id?: string;
  aws_web_identity_token?: string;
  aws_sts_endpoint?: string;
  aws_bedrock_runtime_endpoint?: string;
  /** A Bedrock API key, sent as a bearer token. */
  api_key?: string;
  /** The same as `aws_bedrock_runtime_endpoint`. */
  api_base?: string;
  /** Seconds for the whole answer. Default 600. */
  timeout?: number;
  /** Tries after the first, for throttling, server faults and lost connections. Default 2. */
  max_retries?: number;
  /** The same as `max_retries`, and stronger. */
  num_retries?: number;
  /** Seconds that a model which is being restored is waited for. Default 300; 0 does not wait. */
  cold_start_timeout?: number;
  /** Leave out parameters that the route does not take, and report them, instead of refusing. */
  drop_params?: boolean;
  /** A built-in template's name, a path to `tokenizer_config.json` or a `.jinja` file, or Jinja text. */
  chat_template?: string;
  /** How the body is written, where the route's own way is not the model's. */
  wire?: WireName;
  /** Whether the prompt begins with the template's begin token. Default true. */
  add_bos_token?: boolean;
  /** Headers sent upstream. */
  extra_headers?: Record<string, string>;
}

const settingNames = [
  "model",
  "model_id",
  "api_key",
  "api_base",
  "region_name",
  "timeout",
  "max_retries",
  "num_retries",
  "cold_start_timeout",
  "drop_params",
  "chat_template",
  "wire",
  "add_bos_token",
  "extra_headers",
] as const;

/** Whether a parameter is a setting of ours, and so never part of the upstream body. */
export function isDeploymentSetting(name: string): boolean {
  return name.startsWith("aws_") || settingNames.some((setting) => setting === name);
}

/**
 * Reads a deployment's settings. A file that `chat_template` names is read here.
 *
 * @throws OutcropError `invalid_model`, `region_mismatch` or `invalid_request`, naming the setting at fault.
 */
export function parseDeployment(settings: Readonly<Record<string, unknown>>): Deployment {
  const ref = parseModelRef(required(settings, "model"), optionalString(settings, "model_id"));
  const template = optionalString(settings, "chat_template");
  return {
    ref,
    auth: parseCallAuth(settings),
    region: regionOf(settings, ref),
    endpoint:
      optionalString(settings, "aws_bedrock_runtime_endpoint") ?? optionalString(settings, "api_base"),
    wire: wireOf(settings),
    template: template === undefined ? undefined : resolveTemplate(template),
    addBosToken: booleanOr(settings, "add_bos_token", true),
    dropParams: booleanOr(settings, "drop_params", false),
    timeout: numberOr(settings, "timeout", 600),
    maxRetries: numberOr(settings, "num_retries", numberOr(settings, "max_retries", 2)),
    coldStartTimeout: numberOr(settings, "cold_start_timeout", 300),
    headers: headersOf(settings.extra_headers),
  };
}

function regionOf(settings: Readonly<Record<string, unknown>>, ref: ModelRef): string | undefined {
  const region = optionalString(settings, "aws_region_name") ?? optionalString(settings, "region_name");
  if (region === undefined) return undefined;
  if (!isRegion(region))
    fail("aws_region_name", `${JSON.stringify(region)} is not a region such as us-east-1`);
  if (ref.region !== undefined && ref.region !== region) {
    throw new OutcropError("region_mismatch", regionMismatchText(region, ref.region), {
      param: "aws_region_name",
    });
  }
  return region;
}

function wireOf(settings: Readonly<Record<string, unknown>>): WireName | undefined {
  const wire = optionalString(settings, "wire");
  if (wire === undefined || isWireName(wire)) return wire;
  return fail("wire", `"${wire}" is not a wire; there are ${Object.keys(wires).join(", ")}`);
}

function required(settings: Readonly<Record<string, unknown>>, name: string): string {
  return optionalString(settings, name) ?? fail(name, "it is missing");
}

function optionalString(settings: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = settings[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : fail(name, "it must be a string");
}

function booleanOr(settings: Readonly<Record<string, unknown>>, name: string, fallback: boolean): boolean {
  const value = settings[name] ?? fallback;
  return typeof value === "boolean" ? value : fail(name, "it must be true or false");
}

/** LiteLLM's configs also write numbers as strings. */
function numberOr(settings: Readonly<Record<string, unknown>>, name: string, fallback: number): number {
  const value = settings[name] ?? fallback;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && number >= 0 ? number : fail(name, "it must be a number of at least 0");
}

function headersOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object") return fail("extra_headers", "it must be a map of strings");
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

function fail(name: string, why: string): never {
  throw new OutcropError("invalid_request", `${name}: ${why}`, { param: name });
}
