import { routingStrategies } from "../gateway-config.ts";
import { accept, honour } from "./block.ts";
import { block, failurePolicy, fallbacks, groupAlias, mapOf, object, textList } from "./collection-kinds.ts";
import { type Kind, findingAt } from "./kind.ts";
import { count, flag, oneOf, seconds, secret, text } from "./scalar-kinds.ts";

const checks = new Set([
  "enforce_model_rate_limits",
  "prompt_caching",
  "router_budget_limiting",
  "responses_api_deployment_check",
  "deployment_affinity",
  "session_affinity",
]);

/** Checks before a call; only the rate limits are built. */
const preCallChecks: Kind<readonly string[]> = {
  name: "a list of checks",
  read(node, place) {
    const named = textList.read(node, place);
    for (const check of named?.filter((name) => name !== "enforce_model_rate_limits") ?? []) {
      const why = checks.has(check) ? "it is not built" : "there is no such check";
      const message = `${place.path}: ${check} is ignored: ${why}.`;
      place.report(findingAt(node, place, { level: "warning", code: "ignored_key", message }));
    }
    return named;
  },
};

/** `router_settings`. */
export const routerSettings = {
  name: "router_settings",
  scope: "gateway",
  keys: {
    routing_strategy: honour(
      oneOf(routingStrategies),
      "how one deployment of a group is picked (simple-shuffle); `usage-based-routing` picks the least used",
    ),
    routing_strategy_args: honour(object, "options of the strategy, such as the latency window"),
    model_group_alias: honour(
      mapOf(groupAlias, "a map from an alias to a group"),
      "other names of groups, hidden or not",
    ),
    num_retries: honour(count, "tries after the first (2)"),
    retry_after: honour(seconds, "seconds before a retry, at the least (0)"),
    max_fallbacks: honour(count, "groups that one request may try (5)"),
    timeout: honour(seconds, "seconds for the whole answer (600)"),
    stream_timeout: honour(seconds, "seconds to the first event of a stream (`timeout`)"),
    retry_policy: honour(failurePolicy("Retries"), "retries by class of failure"),
    model_group_retry_policy: honour(
      mapOf(failurePolicy("Retries"), "a map from a group to its policy"),
      "the same for one group",
    ),
    allowed_fails: honour(count, "failures a minute before a cooldown (3)"),
    allowed_fails_policy: honour(failurePolicy("AllowedFails"), "the same by class of failure"),
    cooldown_time: honour(seconds, "seconds of a cooldown (5)"),
    disable_cooldowns: honour(flag, "no cooldowns (false)"),
    fallbacks: honour(fallbacks, "groups that stand in for a group"),
    default_fallbacks: honour(textList, "groups that stand in for any"),
    context_window_fallbacks: honour(fallbacks, "groups for prompts that are too long"),
    content_policy_fallbacks: honour(fallbacks, "groups for what a content filter stopped"),
    enable_pre_call_checks: honour(
      flag,
      "leave out deployments whose context window is too small, or whose region is not wanted (false)",
    ),
    enable_pre_call_check: honour(flag, "the same"),
    optional_pre_call_checks: honour(
      preCallChecks,
      "`enforce_model_rate_limits`: `rpm` and `tpm` are limits, not only weights",
    ),
    redis_url: honour(secret, "state that replicas share; default `REDIS_URL`"),
    redis_host: honour(text, "the same by host; default `REDIS_HOST`"),
    redis_port: honour(count, "default `REDIS_PORT`, 6379"),
    redis_username: honour(text, "default `REDIS_USERNAME`"),
    redis_password: honour(secret, "default `REDIS_PASSWORD`"),
    redis_db: honour(count, "number of the database"),
    redis_ssl: honour(flag, "TLS; default `REDIS_SSL`"),
    enable_tag_filtering: honour(flag, "pick deployments by the tags of a request (false)"),
    tag_filtering_match_any: honour(flag, "one common tag is enough (true)"),
    default_litellm_params: honour(block, "parameters of every deployment that sets none itself"),
    default_max_parallel_requests: honour(count, "requests at once of a deployment that sets none"),

    ...accept(["client_ttl"], "connections are kept as long as they are good"),
    ...accept(
      ["cache_responses", "caching_groups", "cache_kwargs"],
      "the cache is set in litellm_settings.cache",
    ),
    ...accept(["provider_budget_config"], "there are no budgets yet"),
    ...accept(
      ["ignore_invalid_deployments"],
      "a model that can't be served is kept and says why; a broken one is an error",
    ),
    ...accept(
      [
        "enable_health_check_routing",
        "health_check_staleness_threshold",
        "health_check_ignore_transient_errors",
        "background_health_check_model_groups",
      ],
      "health is asked of the control plane, and invokes nothing",
    ),
    ...accept(["debug_level", "set_verbose"], "how much is logged is set by LITELLM_LOG"),
    ...accept(
      [
        "routing_groups",
        "weights",
        "enable_weighted_failover",
        "tag_routing_prefix",
        "default_priority",
        "polling_interval",
        "model_group_affinity_config",
        "deployment_affinity_ttl_seconds",
        "session_affinity_repin_on_failover",
        "enable_mid_stream_fallback_continuation",
        "fallback_on_unsupported_params",
      ],
      "it is not built",
    ),
    ...accept(
      [
        "alerting_config",
        "router_general_settings",
        "assistants_config",
        "search_tools",
        "guardrail_list",
        "plugins",
      ],
      "it has no meaning here",
    ),
  },
} as const;
