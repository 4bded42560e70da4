import { addressList } from "./address-kind.ts";
import { accept, honour, refuse } from "./block.ts";
import { count, flag, number, oneOf, seconds, secret, text } from "./scalar-kinds.ts";

const python =
  "the gateway runs no Python, and without the hook it would be open to whom the hook keeps out; remove it, and set master_key";

/** `general_settings`. */
export const generalSettings = {
  name: "general_settings",
  scope: "gateway",
  keys: {
    master_key: {
      ...honour(secret, "the key that clients send; default `LITELLM_MASTER_KEY`"),
      closes: true,
    },
    litellm_key_header_name: honour(text, "a header of one's own for the key, before all others"),
    max_parallel_requests: honour(count, "requests at once of one deployment"),
    global_max_parallel_requests: honour(count, "requests at once of the whole gateway"),
    completion_model: honour(text, "answers every request, whatever model it names"),
    background_health_checks: honour(
      flag,
      "ask the control plane about the models now and then; `/health` tells of the last time (false)",
    ),
    health_check_interval: honour(seconds, "seconds between two of these (300)"),
    health_check_details: honour(flag, "whether `/health` shows more than names and counts (true)"),
    always_include_stream_usage: honour(flag, "usage at the end of every stream (false)"),
    max_request_size_mb: honour(number, "largest request body, in MiB"),
    max_response_size_mb: honour(number, "largest answer of a chat, in MiB of what the model said (any)"),
    enforce_user_param: honour(flag, "refuse requests without `user` (false)"),
    allowed_ips: { ...honour(addressList, "addresses and CIDR ranges that may call (all)"), closes: true },
    use_x_forwarded_for: honour(flag, "take the client's address from `X-Forwarded-For` (false)"),
    token_rate_limit_type: honour(oneOf(["total", "input", "output"]), "what `tpm` counts (total)"),
    allow_requests_on_db_unavailable: honour(
      flag,
      "there is no database to lose; refused together with a public host",
    ),

    ...refuse(["custom_auth", "custom_auth_run_common_checks"], python),
    ...refuse(["custom_key_generate", "custom_key_update", "custom_key_policy"], python),
    ...refuse(["custom_sso", "custom_ui_sso_sign_in_handler", "custom_team_metadata_validate"], python),

    ...accept(
      [
        "database_url",
        "database_connection_pool_limit",
        "database_connection_timeout",
        "database_type",
        "database_args",
        "database_*",
      ],
      "there is no PostgreSQL store yet",
    ),
    ...accept(
      [
        "store_model_in_db",
        "supported_db_objects",
        "disable_prisma_schema_update",
        "disable_model_info_refresh",
      ],
      "the file is the only source of models",
    ),
    ...accept(
      ["proxy_batch_write_at", "use_redis_transaction_buffer", "proxy_batch_polling_interval"],
      "there is no spend log to write yet",
    ),
    ...accept(
      ["disable_spend_logs", "disable_spend_updates", "disable_error_logs", "store_prompts_in_spend_logs"],
      "there is no spend log yet, and prompts are kept nowhere",
    ),
    ...accept(
      [
        "maximum_spend_logs_*",
        "use_spend_logs_partitioning",
        "spend_logs_metadata_fields",
        "spend_capture_rate_check",
      ],
      "there is no spend log yet",
    ),
    ...accept(
      [
        "user_api_key_cache_ttl",
        "user_api_key_cache_max_size",
        "disable_adding_master_key_hash_to_db",
        "disable_master_key_return",
        "disable_custom_api_keys",
        "default_team_disabled",
        "service_account_settings",
        "disable_key_generate_for_org_admin",
        "disable_auto_add_proxy_admin_to_teams",
      ],
      "there are no virtual keys yet",
    ),
    ...accept(
      [
        "disable_reset_budget",
        "disable_budget_reservation",
        "fail_closed_budget_enforcement",
        "apply_user_budget_to_team_keys",
        "proxy_budget_rescheduler_*",
      ],
      "there are no budgets yet",
    ),
    ...accept(
      [
        "alerting",
        "alerting_threshold",
        "alert_types",
        "alerting_args",
        "alert_to_webhook_url",
        "alert_type_config",
        "spend_report_frequency",
      ],
      "alerts are not built",
    ),
    ...accept(
      [
        "health_check_concurrency",
        "use_shared_health_check",
        "enable_health_check_routing",
        "health_check_ignore_transient_errors",
        "health_check_staleness_threshold",
        "health_check_skip_disabled_background_models",
        "background_health_check_model_groups",
      ],
      "health is asked of the control plane, and invokes nothing",
    ),
    ...accept(
      [
        "enable_jwt_auth",
        "litellm_jwtauth",
        "enable_oauth2_auth",
        "enable_oauth2_proxy_auth",
        "oauth2_config_mappings",
        "role_permissions",
        "enforce_rbac",
        "allow_user_auth",
      ],
      "only keys are accepted; who sends a token is refused",
    ),
    ...accept(
      ["allowed_routes", "public_routes", "admin_only_routes"],
      "every route but the probes needs the key",
    ),
    ...accept(
      ["pass_through_endpoints", "use_client_credentials_pass_through_routes"],
      "only Bedrock is passed through",
    ),
    ...accept(
      ["forward_client_headers_to_llm_api", "forward_openai_org_id", "forward_llm_provider_auth_headers"],
      "headers of clients are never sent upstream",
    ),
    ...accept(["allow_client_side_credentials"], "requests never choose credentials or endpoints"),
    ...accept(
      [
        "enforced_params",
        "reject_clientside_metadata_tags",
        "user_header_name",
        "user_header_mappings",
        "request_tag_mappings",
      ],
      "it is not built",
    ),
    ...accept(
      ["key_management_system", "key_management_settings", "use_google_kms", "use_azure_key_vault"],
      "secrets are read from the environment only",
    ),
    ...accept(
      [
        "block_robots",
        "ui_access_mode",
        "litellm_license",
        "infer_model_from_keys",
        "disable_retry_on_max_parallel_request_limit_error",
        "otel",
        "tracing",
        "plugins",
        "control_plane_url",
      ],
      "it has no meaning here",
    ),
    ...accept(
      ["embedding_model", "image_generation_model", "moderation_model"],
      "only chat and completions are served",
    ),
    ...accept(
      ["mcp_*", "user_mcp_management_mode", "enable_mcp_registry", "search_tools"],
      "the gateway is no MCP server",
    ),
    ...accept(["disable_responses_id_security", "allow_unmanaged_response_ids"], "responses are not stored"),
  },
} as const;
