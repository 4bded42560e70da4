import type { LitellmSettings } from "../../src/config/gateway-config.ts";

/** `litellm_settings` of a config that says nothing of them. */
export function litellmSettings(own: Partial<LitellmSettings> = {}): LitellmSettings {
  return {
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
    ...own,
  };
}
