import { OutcropError } from "../core/errors.ts";
import { memoize } from "../core/memoize.ts";
import type { Environment } from "./environment.ts";
import { isTrue } from "./environment.ts";

/** The two hosts that we call: the data plane, and the control plane that describes imported models. */
export type BedrockService = "bedrock-runtime" | "bedrock";

/** Where a request goes. */
export interface Endpoint {
  /** Scheme, host and port, as `https://bedrock-runtime.us-east-1.amazonaws.com`. */
  readonly origin: string;
  /** Host and port, as the `host` header spells them. */
  readonly host: string;
  /** A custom endpoint's own path without a trailing slash; otherwise empty. */
  readonly basePath: string;
}

export interface EndpointQuery {
  readonly service: BedrockService;
  readonly region: string;
  /** What the call or the deployment sets. */
  readonly explicit: string | undefined;
  readonly env: Environment;
}

interface Partition {
  readonly regions: RegExp;
  readonly suffix: string;
  readonly dualStackSuffix: string;
}

/** AWS's partitions by the spelling of their regions; the first is also that of any unknown region. */
const commercial: Partition = { regions: /^/, suffix: "amazonaws.com", dualStackSuffix: "api.aws" };
const partitions: readonly Partition[] = [
  { regions: /^cn-/, suffix: "amazonaws.com.cn", dualStackSuffix: "api.amazonwebservices.com.cn" },
  { regions: /^us-gov-/, suffix: "amazonaws.com", dualStackSuffix: "api.aws" },
  { regions: /^eusc-/, suffix: "amazonaws.eu", dualStackSuffix: "api.amazonwebservices.eu" },
  { regions: /^us-iso-/, suffix: "c2s.ic.gov", dualStackSuffix: "api.aws.ic.gov" },
  { regions: /^us-isob-/, suffix: "sc2s.sgov.gov", dualStackSuffix: "api.aws.scloud" },
  { regions: /^eu-isoe-/, suffix: "cloud.adc-e.uk", dualStackSuffix: "api.cloud-aws.adc-e.uk" },
  { regions: /^us-isof-/, suffix: "csp.hci.ic.gov", dualStackSuffix: "api.aws.hci.ic.gov" },
];

/**
 * Finds the endpoint: what the call sets, then `AWS_BEDROCK_RUNTIME_ENDPOINT` (LiteLLM's name), AWS's
 * `AWS_ENDPOINT_URL_BEDROCK_RUNTIME` or `AWS_ENDPOINT_URL_BEDROCK`, `AWS_ENDPOINT_URL`, and at last AWS's
 * own host of the region.
 *
 * @throws OutcropError `invalid_request` for an endpoint that is not an http(s) URL.
 */
export function resolveEndpoint(query: EndpointQuery): Endpoint {
  const custom = query.explicit || configuredEndpoint(query.service, query.env);
  return custom ? parseEndpoint(custom) : awsEndpoint(query);
}

function configuredEndpoint(service: BedrockService, env: Environment): string | undefined {
  const ofLiteLlm = service === "bedrock-runtime" ? env["AWS_BEDROCK_RUNTIME_ENDPOINT"] : undefined;
  if (ofLiteLlm) return ofLiteLlm;
  if (isTrue(env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"])) return undefined;
  const ofService =
    service === "bedrock" ? env["AWS_ENDPOINT_URL_BEDROCK"] : env["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"];
  return ofService || env["AWS_ENDPOINT_URL"];
}

const maxEndpoints = 1000;
const maxLabels = 1000;

const parseEndpoint = memoize(maxEndpoints, (text: string): Endpoint => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new OutcropError("invalid_request", `The endpoint ${JSON.stringify(text)} is not an http(s) URL.`);
  }
  const basePath = url.pathname.replaceAll(/\/{2,}/g, "/").replace(/\/$/, "");
  return { origin: url.origin, host: url.host, basePath };
});

function awsEndpoint({ service, region, env }: EndpointQuery): Endpoint {
  const partition = partitions.find((candidate) => candidate.regions.test(region)) ?? commercial;
  const suffix = isTrue(env["AWS_USE_DUALSTACK_ENDPOINT"]) ? partition.dualStackSuffix : partition.suffix;
  const name = isTrue(env["AWS_USE_FIPS_ENDPOINT"]) ? `${service}-fips` : service;
  const host = `${name}.${region}.${suffix}`;
  return { origin: `https://${host}`, host, basePath: "" };
}

/**
 * A model's id or ARN as one label of a path: every reserved character is encoded, so that the slash of an
 * ARN can't make another route of it.
 *
 * @throws OutcropError `invalid_model` for `.` and `..`, which a URL can't carry as a label.
 */
export const encodeLabel = memoize(maxLabels, (text) => {
  if (/^\.{1,2}$/.test(text)) throw new OutcropError("invalid_model", `"${text}" is not a model id.`);
  return escapeUri(text);
});

/** `encodeURIComponent`, and the five characters more that AWS encodes. */
export function escapeUri(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, toHexEscape);
}

function toHexEscape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
