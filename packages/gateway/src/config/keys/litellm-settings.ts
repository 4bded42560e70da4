import { accept, honour } from "./block.ts";
import { callbackList } from "./callback-kind.ts";
import { block, fallbacks, mapOf, textList } from "./collection-kinds.ts";
import { count, flag, seconds, text } from "./scalar-kinds.ts";

/** `litellm_settings`. What `router_settings` has too wins there. */
export const litellmSettings = {
  name: "litellm_settings",
  scope: "gateway",
  keys: {
    drop_params: honour(
      flag,
      "leave out what a route does not take, and say so, instead of refusing (false)",
    ),
    modify_params: honour(
      flag,
      "offer Converse the tools of the history where the request offers none, and say so (false)",
    ),
    num_retries: honour(count, "tries after the first (2)"),
    request_timeout: honour(seconds, "seconds for the whole answer (600)"),
    fallbacks: honour(fallbacks, "groups that stand in for a group"),
    default_fallbacks: honour(textList, "groups that stand in for any"),
    context_window_fallbacks: honour(fallbacks, "groups for prompts that are too long"),
    content_policy_fallbacks: honour(fallbacks, "groups for what a content filter stopped"),
    allowed_fails: honour(count, "failures a minute before a cooldown (3)"),
    cooldown_time: honour(seconds, "seconds of a cooldown (5)"),
    max_fallbacks: honour(count, "groups that one request may try (5)"),
    cache: honour(flag, "keep answers, and give them again (false)"),
    cache_params: honour(block, "see below"),
    callbacks: honour(callbackList, "`prometheus`, `otel`, `generic_api`"),
    success_callback: honour(callbackList, "the same, for answers"),
    failure_callback: honour(callbackList, "the same, for failures"),
    json_logs: honour(flag, "one JSON object a line (false)"),
    set_verbose: honour(flag, "log more (false)"),
    turn_off_message_logging: honour(
      flag,
      "no prompts in log, spans and callbacks: none are there either way",
    ),
    redact_user_api_key_info: honour(flag, "no word about the key in them (false)"),
    redact_messages_in_exceptions: honour(
      flag,
      "no prompts in what is logged of failures: none are there either way",
    ),
    require_auth_for_metrics_endpoint: honour(flag, "`/metrics` needs the key (true)"),
    model_alias_map: honour(
      mapOf(text, "a map from a name to another"),
      "model names that are replaced first",
    ),
    REPEATED_STREAMING_CHUNK_LIMIT: honour(
      count,
      "how often in a row the same piece may come before a stream ends in an error; 0: any; also a variable (100)",
    ),

    ...accept(
      ["service_callback", "service_callbacks", "input_callback", "audit_log_callbacks"],
      "there are no such callbacks",
    ),
    ...accept(["enable_redis_auth_cache"], "there are no virtual keys yet"),
    ...accept(
      [
        "max_budget",
        "budget_duration",
        "max_end_user_budget",
        "max_end_user_budget_id",
        "max_user_budget",
        "max_internal_user_budget",
        "internal_user_budget_duration",
        "budget_*",
        "default_soft_budget",
        "tag_budget_config",
      ],
      "there are no budgets yet",
    ),
    ...accept(
      [
        "upperbound_key_generate_params",
        "default_key_generate_params",
        "key_generation_settings",
        "default_team_params",
        "default_team_settings",
        "default_internal_user_params",
        "enable_key_alias_format_validation",
        "key_alias_pattern",
      ],
      "there are no virtual keys yet",
    ),
    ...accept(
      ["force_ipv4", "http2", "use_aiohttp_transport", "disable_aiohttp_transport", "aiohttp_trust_env"],
      "connections are made as the system resolves the name",
    ),
    ...accept(
      ["ssl_verify", "ssl_certificate", "ssl_security_level", "ssl_ecdh_curve"],
      "certificates are always verified; NODE_EXTRA_CA_CERTS adds an authority",
    ),
    ...accept(["disable_stop_sequence_limit"], "stop sequences are never cut off silently"),
    ...accept(
      [
        "custom_prometheus_metadata_labels",
        "custom_prometheus_tags",
        "enable_end_user_cost_tracking_prometheus_only",
        "disable_end_user_cost_tracking",
        "disable_end_user_cost_tracking_prometheus_only",
        "prometheus_*",
      ],
      "the labels of metrics are fixed, and their number is bounded",
    ),
    ...accept(["check_provider_endpoint"], "wildcards are listed as they are written"),
    ...accept(
      ["guardrails", "mcp_aliases", "mcp_tool_search", "mcp_semantic_tool_filter"],
      "it is not built",
    ),
    ...accept(
      [
        "langfuse_default_tags",
        "s3_callback_params",
        "aws_sqs_callback_params",
        "datadog_params",
        "newrelic_params",
        "generic_logger_headers",
      ],
      "this callback is not built",
    ),
    ...accept(
      ["pre_call_rules", "post_call_rules", "custom_provider_map", "custom_prompt_dict"],
      "the gateway runs no Python",
    ),
    ...accept(
      [
        "store_audit_logs",
        "log_raw_request_response",
        "return_response_headers",
        "suppress_debug_info",
        "enable_preview_features",
        "enable_json_schema_validation",
        "disable_hf_tokenizer_download",
        "disable_token_counter",
        "use_chat_completions_url_for_anthropic_messages",
        "disable_copilot_system_to_assistant",
        "disable_streaming_logging",
      ],
      "it has no meaning here",
    ),
    ...accept(
      [
        "priority_reservation",
        "priority_reservation_settings",
        "public_model_groups",
        "public_model_groups_links",
        "model_group_settings",
        "cost_discount_config",
        "cost_margin_config",
        "ui_theme_config",
      ],
      "it is not built",
    ),
    ...accept(
      ["api_key", "api_base", "telemetry", "model_cost_map_url"],
      "it is set for each model in litellm_params, or has no meaning here",
    ),
  },
} as const;
