import { type JsonObject, isJsonObject } from "../core/json.ts";
import { stringAt } from "../wires/read.ts";

/** Extra fields that InvokeModel takes as headers, and the rest of them. */
export interface InvokeHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly rest: JsonObject;
}

/**
 * Takes Converse's `guardrailConfig`, `performanceConfig`, `serviceTier` and `requestMetadata` out of a
 * request's extra fields: on InvokeModel they are headers.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export function toInvokeHeaders(extra: JsonObject): InvokeHeaders {
  if (Object.keys(extra).length === 0) return { headers: {}, rest: extra };
  const { guardrailConfig, performanceConfig, serviceTier, requestMetadata, ...rest } = extra;
  const guardrail = isJsonObject(guardrailConfig) ? guardrailConfig : {};
  const candidates: Readonly<Record<string, string | undefined>> = {
    "x-amzn-bedrock-guardrailidentifier": stringAt(guardrail, "guardrailIdentifier"),
    "x-amzn-bedrock-guardrailversion": stringAt(guardrail, "guardrailVersion"),
    "x-amzn-bedrock-trace": stringAt(guardrail, "trace")?.toUpperCase(),
    "x-amzn-bedrock-performanceconfig-latency": isJsonObject(performanceConfig)
      ? stringAt(performanceConfig, "latency")
      : undefined,
    "x-amzn-bedrock-service-tier": isJsonObject(serviceTier) ? stringAt(serviceTier, "type") : undefined,
    "x-amzn-bedrock-request-metadata": isJsonObject(requestMetadata)
      ? JSON.stringify(requestMetadata)
      : undefined,
  };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(candidates)) if (value !== undefined) headers[name] = value;
  return { headers, rest };
}
