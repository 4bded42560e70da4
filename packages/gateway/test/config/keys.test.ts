import { describe, expect, it } from "vitest";
import { blockList } from "../../src/config/keys/block-list.ts";
import { samplingKeys } from "../../src/config/keys/litellm-params.ts";
import { arn, load } from "./load.ts";

/** Blocks, and how a config holds a line of each. */
const blocks = {
  top: (line: string) => `${model()}${line}\n`,
  entry: (line: string) => model({ entry: line }),
  params: (line: string) => model({ params: line }),
  info: (line: string) => model({ entry: `model_info: {${line}}` }),
  litellm: (line: string) => `${model()}litellm_settings:\n  ${line}\n`,
  cache: (line: string) => `${model()}litellm_settings:\n  cache: true\n  cache_params:\n    ${line}\n`,
  router: (line: string) => `${model()}router_settings:\n  ${line}\n`,
  general: (line: string) => `${model()}general_settings:\n  ${line}\n`,
  outcrop: (line: string) => `${model()}outcrop_settings:\n  ${line}\n`,
} as const;

function model({ entry = "", params = "" } = {}): string {
  const destination = params.startsWith("model:") ? "" : `model: bedrock/qwen3/${arn}`;
  return `model_list:
  - model_name: m
    ${entry}
    litellm_params:
      ${destination}
      ${params}
`;
}

/** The three of AWS's keys, of which one is looked at. */
function aws(first: string): string {
  const all = { aws_access_key_id: "AKIA", aws_secret_access_key: "shh", aws_session_token: "tok" };
  const lines = Object.entries(all).map(([key, value]) => `${key}: ${value}`);
  return lines.toSorted((left) => (left.startsWith(first) ? -1 : 1)).join("\n      ");
}

type BlockName = keyof typeof blocks;

/** A line that does its work: where it shows in what was read, and as what. */
type Honoured = readonly [block: BlockName, line: string, shows: string, as: unknown];

const m = "models.0";

const honoured: readonly Honoured[] = [
  // The top level
  ["top", "environment_variables: {A: b}", "environment.A", "b"],
  ["top", "include: []", `${m}.modelName`, "m"],
  ["top", "credential_list: []", `${m}.modelName`, "m"],
  ["top", "litellm_settings:", "litellm.dropParams", false],
  ["top", "router_settings:", "router.numRetries", 2],
  ["top", "general_settings:", "general.healthCheckInterval", 300],
  ["top", "outcrop_settings:", "outcrop.coldStartTimeout", 300],
  // model_list[]
  ["entry", "model_info: {id: x}", `${m}.id`, "x"],
  ["entry", "rpm: 7", `${m}.routing.rpm`, 7],
  ["entry", "tpm: 8", `${m}.routing.tpm`, 8],
  // litellm_params
  ["params", `model: bedrock/llama/${arn}`, `${m}.deployment.ref.route`, "llama"],
  ["params", `model: ${arn}`, `${m}.deployment.ref.modelId`, arn],
  ["params", `model_id: ${arn}x`, `${m}.deployment.ref.modelId`, `${arn}x`],
  ["params", "custom_llm_provider: bedrock", `${m}.deployment.ref.route`, "qwen3"],
  ["params", "api_key: k", `${m}.deployment.auth.apiKey`, "k"],
  ["params", "api_base: http://h", `${m}.deployment.endpoint`, "http://h"],
  ["params", "extra_headers: {x-a: b}", `${m}.deployment.headers`, { "x-a": "b" }],
  ["params", "headers: {x-a: b}", `${m}.deployment.headers`, { "x-a": "b" }],
  ["params", "timeout: 30", `${m}.deployment.timeout`, 30],
  ["params", 'timeout: "2.5"', `${m}.routing.timeout`, 2.5],
  ["params", "timeout: os.environ/SECONDS", `${m}.routing.timeout`, 45],
  ["params", "stream_timeout: 5", `${m}.routing.streamTimeout`, 5],
  ["params", 'max_retries: "4"', `${m}.routing.numRetries`, 4],
  ["params", "num_retries: 3", `${m}.deployment.maxRetries`, 3],
  ["params", "rpm: 100", `${m}.routing.rpm`, 100],
  ["params", 'tpm: "1000"', `${m}.routing.tpm`, 1000],
  ["params", "weight: 2", `${m}.routing.weight`, 2],
  ["params", "order: 1", `${m}.routing.order`, 1],
  ["params", "max_parallel_requests: 6", `${m}.routing.maxParallelRequests`, 6],
  ["params", "cooldown_time: 0", `${m}.routing.cooldownTime`, 0],
  ["params", "tags: [a, b]", `${m}.routing.tags`, ["a", "b"]],
  ["params", "drop_params: true", `${m}.deployment.dropParams`, true],
  ["params", "drop_params: on", `${m}.shaping.dropParams`, true],
  [
    "params",
    'additional_drop_params: ["tools[*].function.strict"]',
    `${m}.shaping.additionalDropParams`,
    ["tools[*].function.strict"],
  ],
  ["params", "allowed_openai_params: [tools]", `${m}.shaping.allowedOpenaiParams`, ["tools"]],
  ["params", "modify_params: yes", `${m}.shaping.modifyParams`, true],
  ["params", "merge_reasoning_content_in_choices: true", `${m}.shaping.mergeReasoningContent`, true],
  ["params", "temperature: 0.5", `${m}.defaults.temperature`, 0.5],
  ["params", "temperature: 1e-1", `${m}.defaults.temperature`, 0.1],
  ["params", 'max_tokens: "300"', `${m}.defaults.max_tokens`, 300],
  ["params", "top_p: 1", `${m}.defaults.top_p`, 1],
  ["params", 'stop: ["\\n", " END"]', `${m}.defaults.stop`, ["\n", " END"]],
  ["params", "seed: 1", `${m}.defaults.seed`, 1],
  ["params", "mock_response: hello", `${m}.shaping.mockResponse`, "hello"],
  ["params", "mock_response: {a: 1}", `${m}.shaping.mockResponse`, { a: 1 }],
  ["params", 'roles: {user: {pre_message: "U:"}}', `${m}.deployment.template.name`, "given as text"],
  ["params", 'initial_prompt_value: "<"', `${m}.deployment.template.name`, "given as text"],
  ["params", 'final_prompt_value: ">"', `${m}.deployment.template.name`, "given as text"],
  ["params", 'bos_token: "<s>"', `${m}.deployment.template`, undefined],
  ["params", 'eos_token: "</s>"', `${m}.deployment.template`, undefined],
  ["params", "input_cost_per_token: 1e-6", `${m}.prices.input_cost_per_token`, 0.000001],
  ["params", "output_cost_per_token: 0.00001", `${m}.info.output_cost_per_token`, 0.00001],
  ["params", "input_cost_per_second: 0.1", `${m}.prices.input_cost_per_second`, 0.1],
  ["params", aws("aws_access_key_id"), `${m}.deployment.auth.accessKeyId`, "AKIA"],
  ["params", aws("aws_secret_access_key"), `${m}.deployment.auth.secretAccessKey`, "shh"],
  ["params", aws("aws_session_token"), `${m}.deployment.auth.sessionToken`, "tok"],
  ["params", "aws_region_name: us-east-1", `${m}.deployment.region`, "us-east-1"],
  ["params", "region_name: us-east-1", `${m}.deployment.region`, "us-east-1"],
  ["params", "aws_profile_name: p", `${m}.deployment.auth.profile`, "p"],
  ["params", "aws_role_name: arn:aws:iam::1:role/r", `${m}.deployment.auth.roleArn`, "arn:aws:iam::1:role/r"],
  ["params", "aws_session_name: s", `${m}.deployment.auth.roleSessionName`, "s"],
  ["params", "aws_external_id: 0123", `${m}.deployment.auth.externalId`, "0123"],
  ["params", "aws_web_identity_token: /t", `${m}.deployment.auth.webIdentityToken`, "/t"],
  ["params", "aws_sts_endpoint: https://sts", `${m}.deployment.auth.stsEndpoint`, "https://sts"],
  ["params", "aws_bedrock_runtime_endpoint: http://h", `${m}.deployment.endpoint`, "http://h"],
  ["params", "chat_template: qwen2.5", `${m}.deployment.template.name`, "qwen2.5"],
  ["params", "wire: openai_chat", `${m}.deployment.wire`, "openai_chat"],
  ["params", "add_bos_token: false", `${m}.deployment.addBosToken`, false],
  ["params", "cold_start_timeout: 9", `${m}.deployment.coldStartTimeout`, 9],
  ["params", "cold_start: fail_fast", `${m}.routing.coldStart`, "fail_fast"],
  ["params", "cold_start_grace: 1.5", `${m}.routing.coldStartGrace`, 1.5],
  // model_info
  ["info", "id: 5", `${m}.id`, "5"],
  ["info", "mode: chat", `${m}.info.mode`, "chat"],
  ["info", "base_model: b", `${m}.info.base_model`, "b"],
  ["info", "max_tokens: 1", `${m}.info.max_tokens`, 1],
  ["info", "max_input_tokens: 2", `${m}.info.max_input_tokens`, 2],
  ["info", "max_output_tokens: 3", `${m}.info.max_output_tokens`, 3],
  ["info", "input_cost_per_token: 0", `${m}.prices.input_cost_per_token`, 0],
  ["info", "output_cost_per_second: 1", `${m}.prices.output_cost_per_second`, 1],
  ["info", "cache_read_input_token_cost: 1.0e-7", `${m}.prices.cache_read_input_token_cost`, 1e-7],
  [
    "info",
    "input_cost_per_token_above_200k_tokens: 2",
    `${m}.prices.input_cost_per_token_above_200k_tokens`,
    2,
  ],
  ["info", "search_context_cost_per_query: {low: 1}", `${m}.info.search_context_cost_per_query`, { low: 1 }],
  ["info", "supports_vision: true", `${m}.info.supports_vision`, true],
  ["info", "supports_function_calling: true", `${m}.info.supports_function_calling`, true],
  ["info", "supports_reasoning: true", `${m}.info.supports_reasoning`, true],
  ["info", "access_groups: [g]", `${m}.info.access_groups`, ["g"]],
  ["info", "supported_environments: [production]", `${m}.modelName`, "m"],
  ["info", "disable_background_health_check: true", `${m}.inBackgroundChecks`, false],
  ["info", "tier: paid", `${m}.info.tier`, "paid"],
  ["info", "my_own_key: {deep: [1]}", `${m}.info.my_own_key`, { deep: [1] }],
  // litellm_settings
  ["litellm", "drop_params: true", `${m}.deployment.dropParams`, true],
  ["litellm", "modify_params: true", `${m}.shaping.modifyParams`, true],
  ["litellm", "num_retries: 7", "router.numRetries", 7],
  ["litellm", "request_timeout: 9", `${m}.deployment.timeout`, 9],
  ["litellm", "fallbacks: [{m: [m]}]", "router.fallbacks", { m: ["m"] }],
  ["litellm", "default_fallbacks: [m]", "router.defaultFallbacks", ["m"]],
  ["litellm", "context_window_fallbacks: [{m: [m]}]", "router.contextWindowFallbacks", { m: ["m"] }],
  ["litellm", "content_policy_fallbacks: [{m: [m]}]", "router.contentPolicyFallbacks", { m: ["m"] }],
  ["litellm", "allowed_fails: 4", "router.allowedFails", 4],
  ["litellm", "cooldown_time: 6", "router.cooldownTime", 6],
  ["litellm", "cache: true", "litellm.cache.type", "local"],
  ["litellm", "cache_params: {type: local}", "litellm.cache", undefined],
  ["litellm", "callbacks: [prometheus, otel]", "litellm.callbacks", ["prometheus", "otel"]],
  ["litellm", "callbacks: prometheus", "litellm.callbacks", ["prometheus"]],
  ["litellm", "success_callback: [generic_api]", "litellm.successCallbacks", ["generic_api"]],
  ["litellm", "failure_callback: [otel]", "litellm.failureCallbacks", ["otel"]],
  ["litellm", "turn_off_message_logging: true", "litellm.turnOffMessageLogging", true],
  ["litellm", "redact_user_api_key_info: true", "litellm.redactUserApiKeyInfo", true],
  ["litellm", "redact_messages_in_exceptions: true", "litellm.redactMessagesInExceptions", true],
  ["litellm", "json_logs: true", "litellm.jsonLogs", true],
  ["litellm", "set_verbose: true", "litellm.setVerbose", true],
  ["litellm", "require_auth_for_metrics_endpoint: false", "litellm.requireAuthForMetricsEndpoint", false],
  ["litellm", "model_alias_map: {a: m}", "litellm.modelAliasMap", { a: "m" }],
  ["litellm", "REPEATED_STREAMING_CHUNK_LIMIT: 50", "litellm.repeatedStreamingChunkLimit", 50],
  // cache_params
  ["cache", "type: local", "litellm.cache.type", "local"],
  ["cache", "ttl: 60", "litellm.cache.ttl", 60],
  ["cache", "namespace: n", "litellm.cache.namespace", "n"],
  ["cache", "mode: default_off", "litellm.cache.mode", "default_off"],
  ["cache", "supported_call_types: []", "litellm.cache.supportedCallTypes", []],
  ["cache", "host: h", "litellm.cache.redis.host", "h"],
  ["cache", "{host: h, port: 6380}", "litellm.cache.redis.port", 6380],
  ["cache", "{host: h, password: p}", "litellm.cache.redis.password", "p"],
  ["cache", "{host: h, username: u}", "litellm.cache.redis.username", "u"],
  ["cache", "{host: h, db: 2}", "litellm.cache.redis.db", 2],
  ["cache", "{host: h, ssl: true}", "litellm.cache.redis.ssl", true],
  ["cache", "url: redis://h", "litellm.cache.type", "redis"],
  // router_settings
  ["router", "routing_strategy: simple-shuffle", "router.routingStrategy", "simple-shuffle"],
  ["router", "routing_strategy: least-busy", "router.routingStrategy", "least-busy"],
  ["router", "routing_strategy: latency-based-routing", "router.routingStrategy", "latency-based-routing"],
  ["router", "routing_strategy: cost-based-routing", "router.routingStrategy", "cost-based-routing"],
  ["router", "routing_strategy: usage-based-routing", "router.routingStrategy", "usage-based-routing"],
  ["router", "routing_strategy: usage-based-routing-v2", "router.routingStrategy", "usage-based-routing-v2"],
  ["router", "routing_strategy_args: {ttl: 10}", "router.routingStrategyArgs", { ttl: 10 }],
  ["router", "num_retries: 7", `${m}.routing.numRetries`, 7],
  ["router", "retry_after: 1", "router.retryAfter", 1],
  ["router", "max_fallbacks: 2", "router.maxFallbacks", 2],
  ["router", "timeout: 11", `${m}.routing.timeout`, 11],
  ["router", "stream_timeout: 3", `${m}.routing.streamTimeout`, 3],
  [
    "router",
    "retry_policy: {TimeoutErrorRetries: 3, NotFoundErrorRetries: 0}",
    "router.retryPolicy",
    { TimeoutError: 3, NotFoundError: 0 },
  ],
  [
    "router",
    "retry_policy: {ServiceUnavailableErrorRetries: 3, DefaultRetries: 1}",
    "router.retryPolicy",
    { ServiceUnavailableError: 3, Default: 1 },
  ],
  [
    "router",
    "model_group_retry_policy: {m: {RateLimitErrorRetries: 1}}",
    "router.modelGroupRetryPolicy",
    { m: { RateLimitError: 1 } },
  ],
  ["router", "allowed_fails: 4", "router.allowedFails", 4],
  [
    "router",
    "allowed_fails_policy: {BadRequestErrorAllowedFails: 9}",
    "router.allowedFailsPolicy",
    { BadRequestError: 9 },
  ],
  ["router", "cooldown_time: 6.5", "router.cooldownTime", 6.5],
  ["router", "disable_cooldowns: True", "router.disableCooldowns", true],
  ["router", "fallbacks: [{m: [m]}]", "router.fallbacks", { m: ["m"] }],
  ["router", "context_window_fallbacks: [{m: [m]}]", "router.contextWindowFallbacks", { m: ["m"] }],
  ["router", "content_policy_fallbacks: [{m: [m]}]", "router.contentPolicyFallbacks", { m: ["m"] }],
  ["router", "default_fallbacks: [m]", "router.defaultFallbacks", ["m"]],
  ["router", "model_group_alias: {a: m}", "router.modelGroupAlias", { a: { model: "m", hidden: false } }],
  [
    "router",
    "model_group_alias: {a: {model: m, hidden: true}}",
    "router.modelGroupAlias",
    { a: { model: "m", hidden: true } },
  ],
  ["router", "enable_pre_call_checks: true", "router.enablePreCallChecks", true],
  ["router", "enable_pre_call_check: true", "router.enablePreCallChecks", true],
  ["router", "optional_pre_call_checks: [enforce_model_rate_limits]", "router.enforceModelRateLimits", true],
  ["router", "redis_host: h", "router.redis.host", "h"],
  ["router", "{redis_host: h, redis_port: 1}", "router.redis.port", 1],
  ["router", "{redis_host: h, redis_password: p}", "router.redis.password", "p"],
  ["router", "{redis_host: h, redis_db: 3}", "router.redis.db", 3],
  ["router", "{redis_host: h, redis_username: u}", "router.redis.username", "u"],
  ["router", "{redis_host: h, redis_ssl: true}", "router.redis.ssl", true],
  ["router", "redis_url: redis://h", "router.redis.url", "redis://h"],
  ["router", "enable_tag_filtering: true", "router.enableTagFiltering", true],
  ["router", "tag_filtering_match_any: false", "router.tagFilteringMatchAny", false],
  ["router", "default_litellm_params: {temperature: 0.1}", `${m}.defaults.temperature`, 0.1],
  ["router", "default_max_parallel_requests: 4", "router.defaultMaxParallelRequests", 4],
  // general_settings
  ["general", "master_key: sk-a", "general.masterKey", "sk-a"],
  ["general", "litellm_key_header_name: X-My-Key", "general.litellmKeyHeaderName", "X-My-Key"],
  ["general", "max_parallel_requests: 5", "general.maxParallelRequests", 5],
  ["general", "global_max_parallel_requests: 6", "general.globalMaxParallelRequests", 6],
  ["general", "completion_model: m", "general.completionModel", "m"],
  ["general", "background_health_checks: true", "general.backgroundHealthChecks", true],
  ["general", "health_check_interval: 60", "general.healthCheckInterval", 60],
  ["general", "health_check_details: false", "general.healthCheckDetails", false],
  ["general", "always_include_stream_usage: true", "general.alwaysIncludeStreamUsage", true],
  ["general", "max_request_size_mb: 2", "general.maxRequestSizeMb", 2],
  ["general", "max_response_size_mb: 3", "general.maxResponseSizeMb", 3],
  ["general", "enforce_user_param: true", "general.enforceUserParam", true],
  ["general", "allowed_ips: [10.0.0.0/8]", "general.allowedIps", ["10.0.0.0/8"]],
  [
    "general",
    'allowed_ips: ["::1", 192.168.0.1, "fd00::/8"]',
    "general.allowedIps",
    ["::1", "192.168.0.1", "fd00::/8"],
  ],
  ["general", "use_x_forwarded_for: true", "general.useXForwardedFor", true],
  ["general", "token_rate_limit_type: output", "general.tokenRateLimitType", "output"],
  ["general", "allow_requests_on_db_unavailable: true", "general.allowRequestsOnDbUnavailable", true],
  // outcrop_settings
  ["outcrop", "ledger: {path: calls.db}", "outcrop.ledger.path", "calls.db"],
  ["outcrop", "prices: {units: [{per_minute: 0.05}]}", "outcrop.prices.units.0.perMinute", 50_000_000_000n],
  ["outcrop", "cold_start_timeout: 60", `${m}.deployment.coldStartTimeout`, 60],
  ["outcrop", "cold_start: race", `${m}.routing.coldStart`, "race"],
  ["outcrop", "cold_start_grace: 0", `${m}.routing.coldStartGrace`, 0],
  ["outcrop", "warm_up: [m]", "outcrop.warmUp", ["m"]],
  [
    "outcrop",
    "warm_schedule: [{models: [m], days: [mon-wed, Sunday], from: 18:00, to: 02:30, time_zone: europe/berlin}]",
    "outcrop.warmSchedule",
    [
      {
        models: ["m"],
        days: ["mon", "tue", "wed", "sun"],
        from: 1080,
        to: 150,
        timeZone: "Europe/Berlin",
      },
    ],
  ],
  ["outcrop", "insecure_public: true", "outcrop.insecurePublic", true],
  ["outcrop", "allowed_image_hosts: [h]", "outcrop.allowedImageHosts", ["h"]],
  ["outcrop", "invoke_health_checks: true", "outcrop.invokeHealthChecks", true],
];

/** Lines that do nothing here, and one finding that says so; the last word of the path is the key. */
const ignored: readonly (readonly [block: BlockName, lines: readonly string[]])[] = [
  [
    "top",
    [
      "callback_settings: {otel: {message_logging: false}}",
      "guardrails: [{guardrail_name: g}]",
      "mcp_servers: {a: {}}",
      "prompts: [{prompt_id: p}]",
      "vector_store_registry: [{}]",
      "search_tools: [{}]",
      "files_settings: [{custom_llm_provider: azure}]",
      "assistant_settings: {custom_llm_provider: azure}",
    ],
  ],
  [
    "params",
    [
      "itpm: 1",
      "otpm: 1",
      "max_budget: 5",
      "budget_duration: 30d",
      "tag_regex: [a]",
      "use_in_pass_through: true",
      "keepalive_seconds: 5",
      "allow_client_keepalive_override: true",
      "default_api_key_rpm_limit: 5",
      "default_api_key_tpm_limit: 5",
      "aws_session_tags: [{Key: a, Value: b}]",
      "aws_bedrock_project_id: p",
      "bedrock_tags: [{key: a}]",
      "aws_batch_role_arn: arn:aws:iam::1:role/r",
      "s3_bucket_name: b",
      "s3_region_name: r",
      "ssl_verify: /ca.pem",
    ],
  ],
  [
    "info",
    [
      "health_check_model: a",
      "health_check_timeout: 60",
      "health_check_max_tokens: 5",
      "health_check_max_tokens_reasoning: 5",
      "custom_tokenizer: {identifier: a}",
      "team_id: t",
      "team_public_model_name: n",
    ],
  ],
  [
    "litellm",
    [
      "enable_redis_auth_cache: true",
      "service_callbacks: [datadog]",
      "service_callback: [datadog]",
      "max_budget: 1",
      "budget_duration: 30d",
      "max_end_user_budget: 1",
      "max_end_user_budget_id: b",
      "upperbound_key_generate_params: {max_budget: 1}",
      "default_key_generate_params: {max_budget: 1}",
      "key_generation_settings: {team_key_generation: {}}",
      "default_team_params: {max_budget: 1}",
      "enable_key_alias_format_validation: true",
      "force_ipv4: true",
      "ssl_verify: /ca.pem",
      "disable_stop_sequence_limit: true",
      "prometheus_metrics_config: [{group: a}]",
      "prometheus_initialize_budget_metrics: true",
      "custom_prometheus_metadata_labels: [a]",
      "custom_prometheus_tags: [a]",
      "enable_end_user_cost_tracking_prometheus_only: true",
      "check_provider_endpoint: true",
    ],
  ],
  [
    "cache",
    [
      "max_connections: 5",
      "redis_startup_nodes: [{host: h}]",
      "sentinel_nodes: [[h, 1]]",
      "service_name: s",
      "s3_bucket_name: b",
      "similarity_threshold: 0.8",
    ],
  ],
  [
    "router",
    [
      "client_ttl: 1",
      "cache_responses: true",
      "caching_groups: [[a, b]]",
      "provider_budget_config: {openai: {}}",
      "ignore_invalid_deployments: true",
      "enable_health_check_routing: true",
      "debug_level: DEBUG",
      "set_verbose: true",
      "routing_groups: [{}]",
    ],
  ],
  [
    "general",
    [
      "database_url: postgres://u:sk-canary@h/d",
      "database_connection_pool_limit: 10",
      "database_connection_timeout: 60",
      "store_model_in_db: true",
      "supported_db_objects: [models]",
      "proxy_batch_write_at: 10",
      "use_redis_transaction_buffer: true",
      "disable_spend_logs: true",
      "disable_spend_updates: true",
      "disable_error_logs: true",
      "store_prompts_in_spend_logs: true",
      "maximum_spend_logs_retention_period: 30d",
      "maximum_spend_logs_retention_interval: 1d",
      'maximum_spend_logs_cleanup_cron: "0 4 * * *"',
      "health_check_concurrency: 5",
      "use_shared_health_check: true",
      "enable_health_check_routing: true",
      "health_check_ignore_transient_errors: true",
      "alerting: [slack]",
      "alerting_threshold: 300",
      "alert_types: [llm_exceptions]",
      "alerting_args: {a: 1}",
      "alert_to_webhook_url: {a: b}",
      "spend_report_frequency: 1d",
      "user_api_key_cache_ttl: 60",
      "enable_jwt_auth: true",
      "litellm_jwtauth: {a: 1}",
      "enable_oauth2_auth: true",
      "allowed_routes: [a]",
      "public_routes: [a]",
      "admin_only_routes: [a]",
      "pass_through_endpoints: [{path: /a}]",
      "forward_client_headers_to_llm_api: true",
      "allow_client_side_credentials: true",
      "use_client_credentials_pass_through_routes: true",
      "enforced_params: [user]",
      "reject_clientside_metadata_tags: true",
      "key_management_system: aws_kms",
      "key_management_settings: {a: 1}",
      "block_robots: true",
      "ui_access_mode: admin_only",
      "litellm_license: l",
      "infer_model_from_keys: true",
    ],
  ],
];

const ignoredRows = ignored.flatMap(([block, lines]) => lines.map((line) => [block, line] as const));

describe("accepted, with one line that says why it does nothing", () => {
  it.each(ignoredRows)("%s: %s", async (block, line) => {
    const { config, findings } = await load(blocks[block](line));
    const key = line.split(":")[0];
    expect(findings).toHaveLength(1);
    const [finding] = findings;
    expect(finding).toMatchObject({ level: "warning", code: "ignored_key", file: "config.yaml" });
    expect(finding?.path.split(".").at(-1)).toBe(key);
    expect(finding?.message.startsWith(`${finding.path} is ignored: `)).toBe(true);
    expect(finding?.message).toMatch(/^[^\n]{20,250}\.$/);
    expect(finding?.message).not.toContain("canary");
    expect(config).toBeDefined();
  });

  it.each(ignoredRows)("%s: %s, switched off, is a note", async (block, line) => {
    const key = line.split(":")[0];
    for (const off of ["false", "null", "[]", "{}", '""']) {
      const { findings } = await load(blocks[block](`${key}: ${off}`));
      expect(findings.map(({ level, code }) => `${level} ${code}`)).toEqual(["note ignored_key"]);
    }
  });
});

/** A callback, a check or a cache that is not built is named too. */
const ignoredWords: readonly (readonly [block: BlockName, line: string, message: string])[] = [
  ["litellm", "callbacks: [langfuse]", "litellm_settings.callbacks: the callback langfuse is ignored"],
  [
    "litellm",
    "success_callback: [s3, prometheus]",
    "litellm_settings.success_callback: the callback s3 is ignored",
  ],
  [
    "litellm",
    "callbacks: my_hooks.handler",
    "litellm_settings.callbacks: the callback my_hooks.handler is ignored",
  ],
  [
    "cache",
    "type: redis-semantic",
    "litellm_settings.cache_params.type: the cache redis-semantic is not built",
  ],
  [
    "cache",
    "type: qdrant-semantic",
    "litellm_settings.cache_params.type: the cache qdrant-semantic is not built",
  ],
  ["cache", "type: s3", "litellm_settings.cache_params.type: the cache s3 is not built"],
  ["cache", "type: gcs", "litellm_settings.cache_params.type: the cache gcs is not built"],
  ["cache", "type: disk", "litellm_settings.cache_params.type: the cache disk is not built"],
  [
    "router",
    "optional_pre_call_checks: [prompt_caching]",
    "router_settings.optional_pre_call_checks: prompt_caching is ignored: it is not built",
  ],
  [
    "router",
    "optional_pre_call_checks: [router_budget_limiting]",
    "router_settings.optional_pre_call_checks: router_budget_limiting is ignored: it is not built",
  ],
];

describe("words that do nothing", () => {
  it.each(ignoredWords)("%s: %s", async (block, line, message) => {
    const { config, findings } = await load(blocks[block](line));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ level: "warning", code: "ignored_key" });
    expect(findings[0]?.message).toContain(message);
    expect(config).toBeDefined();
  });
});

const refused: readonly (readonly [block: BlockName, line: string, path: string, fix: RegExp])[] = [
  [
    "general",
    "custom_auth: auth.check",
    "general_settings.custom_auth",
    /runs no Python.*remove it, and set master_key/,
  ],
  ["general", "custom_key_generate: keys.make", "general_settings.custom_key_generate", /remove it/],
  [
    "general",
    "custom_auth_run_common_checks: true",
    "general_settings.custom_auth_run_common_checks",
    /remove it/,
  ],
  ["general", "custom_key_update: keys.update", "general_settings.custom_key_update", /remove it/],
  ["general", "custom_key_policy: keys.policy", "general_settings.custom_key_policy", /remove it/],
  [
    "general",
    "custom_ui_sso_sign_in_handler: a.b",
    "general_settings.custom_ui_sso_sign_in_handler",
    /remove it/,
  ],
  [
    "general",
    "custom_team_metadata_validate: a.b",
    "general_settings.custom_team_metadata_validate",
    /remove it/,
  ],
  ["general", "custom_sso: sso.handler", "general_settings.custom_sso", /remove it/],
  [
    "params",
    "configurable_clientside_auth_params: [api_base]",
    "model_list[0].litellm_params.configurable_clientside_auth_params",
    /requests never choose.*remove it/,
  ],
];

describe("refused, with the fix", () => {
  it.each(refused)("%s: %s", async (block, line, path, fix) => {
    const { config, findings } = await load(blocks[block](line));
    expect(config).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ level: "error", code: "refused_key", path });
    expect(findings[0]?.message.startsWith(`${path} is refused: `)).toBe(true);
    expect(findings[0]?.message).toMatch(fix);
  });
});

describe("the tables and these tests", () => {
  const tested = new Set([
    ...honoured.flatMap(([, line]) => [...line.matchAll(/[\w-]+(?=:(?:\s|$))/g)].map(([key]) => key)),
    ...ignoredRows.map(([, line]) => line.split(":")[0] ?? ""),
    ...refused.map(([, line]) => line.split(":")[0] ?? ""),
  ]);
  const rows = blockList.flatMap(({ name, keys }) =>
    Object.entries(keys).map(([key, rule]) => ({ name, key, rule })),
  );

  it("leave no key out that does something or is refused", () => {
    const elsewhere = new Set([
      "model_name",
      "litellm_params",
      "model_list",
      "litellm_credential_name",
      "blocked",
    ]);
    const left = rows.filter(
      ({ name, key, rule }) =>
        rule.verdict !== "accept" &&
        name !== "credential_list[]" &&
        !key.includes("*") &&
        !Object.hasOwn(samplingKeys, key) &&
        !tested.has(key) &&
        !elsewhere.has(key),
    );
    expect(left.map(({ name, key }) => `${name}.${key}`)).toEqual([]);
  });

  it("have a note for every key, which fits into a line and can be put into a sentence", () => {
    for (const { key, rule } of rows) {
      expect(rule.note, key).toMatch(/^\S[^\n]*[^\s.]$/);
      if (rule.verdict !== "refuse") expect(rule.note.length, key).toBeLessThan(130);
    }
  });
});

describe("honoured, and nothing said of it", () => {
  it.each(honoured)("%s: %s", async (block, line, shows, as) => {
    const { config, findings } = await load(blocks[block](line), {
      env: { SECONDS: "45", LITELLM_ENVIRONMENT: "production" },
    });
    expect(findings).toEqual([]);
    expect(at(config, shows)).toEqual(as);
  });
});

function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
