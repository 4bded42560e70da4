import type { GeneralSettings } from "../gateway-config.ts";
import { generalSettings } from "../keys/general-settings.ts";
import { type Place, findingAt } from "../keys/kind.ts";
import { type ConfigNode, findEntry, unsetReferences } from "../source/config-node.ts";
import { readSettings } from "./read-settings.ts";

/** Reads `general_settings`. */
export function readGeneral(node: ConfigNode | undefined, place: Place): GeneralSettings {
  const values = readSettings(node, generalSettings, place);
  if (values.master_key === undefined) checkEmptyKey(node, place);
  return {
    masterKey: values.master_key,
    litellmKeyHeaderName: values.litellm_key_header_name,
    maxParallelRequests: values.max_parallel_requests,
    globalMaxParallelRequests: values.global_max_parallel_requests,
    completionModel: values.completion_model,
    backgroundHealthChecks: values.background_health_checks ?? false,
    healthCheckInterval: values.health_check_interval ?? 300,
    healthCheckDetails: values.health_check_details ?? true,
    alwaysIncludeStreamUsage: values.always_include_stream_usage ?? false,
    maxRequestSizeMb: values.max_request_size_mb,
    maxResponseSizeMb: values.max_response_size_mb,
    enforceUserParam: values.enforce_user_param ?? false,
    allowedIps: values.allowed_ips,
    useXForwardedFor: values.use_x_forwarded_for ?? false,
    tokenRateLimitType: values.token_rate_limit_type ?? "total",
    allowRequestsOnDbUnavailable: values.allow_requests_on_db_unavailable ?? false,
  };
}

/** Who writes `master_key:` wants one; without a value the gateway would be open. */
function checkEmptyKey(node: ConfigNode | undefined, place: Place): void {
  const entry = node?.kind === "map" ? findEntry(node, "master_key") : undefined;
  if (entry?.value.kind !== "scalar" || unsetReferences(entry.value).length > 0) return;
  if (entry.value.value !== null && String(entry.value.value).trim() !== "") return;
  const path = `${place.path}.master_key`;
  const message = `${path} is empty. Give it a key, or remove the line.`;
  place.report(findingAt(entry, { path }, { level: "error", code: "weak_key", message }));
}
