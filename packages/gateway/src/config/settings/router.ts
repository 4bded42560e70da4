import type { RouterSettings } from "../gateway-config.ts";
import type { BlockValues } from "../keys/block.ts";
import type { litellmSettings } from "../keys/litellm-settings.ts";
import type { routerSettings } from "../keys/router-settings.ts";
import { toRedis } from "./redis.ts";

/** `router_settings`, over what `litellm_settings` says of the same, over the defaults. */
export function toRouterSettings(
  router: BlockValues<typeof routerSettings.keys>,
  litellm: BlockValues<typeof litellmSettings.keys>,
): RouterSettings {
  return {
    routingStrategy: router.routing_strategy ?? "simple-shuffle",
    routingStrategyArgs: router.routing_strategy_args ?? {},
    modelGroupAlias: router.model_group_alias ?? {},
    numRetries: router.num_retries ?? litellm.num_retries ?? 2,
    retryAfter: router.retry_after ?? 0,
    maxFallbacks: router.max_fallbacks ?? litellm.max_fallbacks ?? 5,
    timeout: router.timeout ?? litellm.request_timeout ?? 600,
    streamTimeout: router.stream_timeout,
    retryPolicy: router.retry_policy ?? {},
    modelGroupRetryPolicy: router.model_group_retry_policy ?? {},
    allowedFails: router.allowed_fails ?? litellm.allowed_fails ?? 3,
    allowedFailsPolicy: router.allowed_fails_policy ?? {},
    cooldownTime: router.cooldown_time ?? litellm.cooldown_time ?? 5,
    disableCooldowns: router.disable_cooldowns ?? false,
    fallbacks: router.fallbacks ?? litellm.fallbacks ?? {},
    contextWindowFallbacks: router.context_window_fallbacks ?? litellm.context_window_fallbacks ?? {},
    contentPolicyFallbacks: router.content_policy_fallbacks ?? litellm.content_policy_fallbacks ?? {},
    defaultFallbacks: router.default_fallbacks ?? litellm.default_fallbacks ?? [],
    enablePreCallChecks: router.enable_pre_call_checks ?? router.enable_pre_call_check ?? false,
    enforceModelRateLimits: router.optional_pre_call_checks?.includes("enforce_model_rate_limits") ?? false,
    redis: toRedis({
      url: router.redis_url,
      host: router.redis_host,
      port: router.redis_port,
      username: router.redis_username,
      password: router.redis_password,
      db: router.redis_db,
      ssl: router.redis_ssl,
    }),
    enableTagFiltering: router.enable_tag_filtering ?? false,
    tagFilteringMatchAny: router.tag_filtering_match_any ?? true,
    defaultMaxParallelRequests: router.default_max_parallel_requests,
  };
}
