import type { CacheSettings, Environment, LitellmSettings } from "../gateway-config.ts";
import type { BlockValues } from "../keys/block.ts";
import type { litellmSettings } from "../keys/litellm-settings.ts";

/** What they are made of, apart from their own block. */
export interface LitellmSources {
  readonly cache: CacheSettings | undefined;
  readonly env: Environment;
}

/** `litellm_settings` over the defaults. */
export function toLitellmSettings(
  values: BlockValues<typeof litellmSettings.keys>,
  { env, cache }: LitellmSources,
): LitellmSettings {
  return {
    cache,
    dropParams: values.drop_params ?? false,
    modifyParams: values.modify_params ?? false,
    callbacks: values.callbacks ?? [],
    successCallbacks: values.success_callback ?? [],
    failureCallbacks: values.failure_callback ?? [],
    jsonLogs: values.json_logs ?? false,
    setVerbose: values.set_verbose ?? false,
    turnOffMessageLogging: values.turn_off_message_logging ?? false,
    redactUserApiKeyInfo: values.redact_user_api_key_info ?? false,
    redactMessagesInExceptions: values.redact_messages_in_exceptions ?? false,
    requireAuthForMetricsEndpoint: values.require_auth_for_metrics_endpoint ?? true,
    modelAliasMap: values.model_alias_map ?? {},
    repeatedStreamingChunkLimit: values.REPEATED_STREAMING_CHUNK_LIMIT ?? chunkLimitOf(env) ?? 100,
  };
}

/** LiteLLM reads this one key from the environment too. */
function chunkLimitOf(env: Environment): number | undefined {
  const text = env["REPEATED_STREAMING_CHUNK_LIMIT"]?.trim() ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
