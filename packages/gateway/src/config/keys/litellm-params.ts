import { accept, honour, refuse } from "./block.ts";
import { anything, headers, object, textList, verbatimList } from "./collection-kinds.ts";
import { anyNumber, count, flag, identity, number, seconds, secret, text, verbatim } from "./scalar-kinds.ts";

/** Where a deployment's calls go, and as whom: what the SDK reads. */
const destinationKeys = {
  model: honour(text, "`bedrock/{route}/{ARN or id}`"),
  custom_llm_provider: honour(text, "`bedrock`, where `model` does not say it"),
  model_id: honour(text, "the ARN or id to call, where `model` only says how"),
  api_key: honour(secret, "a Bedrock API key; default `AWS_BEARER_TOKEN_BEDROCK`"),
  api_base: honour(text, "the same as `aws_bedrock_runtime_endpoint`"),
  aws_access_key_id: honour(identity, "default `AWS_ACCESS_KEY_ID`, then AWS's own chain"),
  aws_secret_access_key: honour(secret, "default `AWS_SECRET_ACCESS_KEY`"),
  aws_session_token: honour(secret, "default `AWS_SESSION_TOKEN`"),
  aws_region_name: honour(
    text,
    "default the ARN's region, `AWS_REGION_NAME`, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's",
  ),
  region_name: honour(text, "the same as `aws_region_name`"),
  aws_profile_name: honour(identity, "a profile of AWS's shared files"),
  aws_role_name: honour(identity, "ARN of a role to assume"),
  aws_session_name: honour(identity, "name of its session"),
  aws_external_id: honour(identity, "external id that the role asks for"),
  aws_web_identity_token: honour(secret, "an OIDC token, or a file that holds one"),
  aws_sts_endpoint: honour(text, "STS of a region or a VPC"),
  aws_bedrock_runtime_endpoint: honour(text, "URL to call in place of AWS's own"),
  extra_headers: honour(headers, "headers sent upstream"),
  headers: honour(headers, "the same as `extra_headers`"),
  litellm_credential_name: honour(text, "an entry of `credential_list`, for what is not set here"),
  chat_template: honour(verbatim, "a built-in template, a file, or Jinja text"),
  wire: honour(text, "how the body is written, where the route's own way is not the model's"),
  add_bos_token: honour(flag, "begin the prompt with the template's begin token (true)"),
  cold_start_timeout: honour(seconds, "seconds that a model which is being restored is waited for (300)"),
  roles: honour(object, "`pre_message` and `post_message` of each role: a prompt template of one's own"),
  initial_prompt_value: honour(verbatim, "begins that prompt"),
  final_prompt_value: honour(verbatim, "ends it"),
  bos_token: honour(verbatim, "before its system turns"),
  eos_token: honour(verbatim, "after its assistant turns"),
} as const;

/** How a deployment is picked, and what is done to its requests. */
const routingKeys = {
  timeout: honour(seconds, "seconds for the whole answer (`router_settings.timeout`)"),
  stream_timeout: honour(seconds, "seconds to the first event of a stream (`timeout`)"),
  num_retries: honour(count, "tries after the first (`router_settings.num_retries`)"),
  max_retries: honour(count, "the same, and weaker"),
  rpm: honour(count, "requests a minute, to weigh deployments, or to limit them"),
  tpm: honour(count, "tokens a minute, likewise"),
  weight: honour(number, "relative chance under `simple-shuffle`"),
  order: honour(anyNumber, "lower is tried first"),
  max_parallel_requests: honour(count, "requests at once"),
  cooldown_time: honour(seconds, "seconds; 0 for none (`router_settings.cooldown_time`)"),
  tags: honour(textList, "for tag routing"),
  drop_params: honour(flag, "leave out what the route does not take (`litellm_settings.drop_params`)"),
  additional_drop_params: honour(textList, "left out always; dotted paths and `[*]` are understood"),
  allowed_openai_params: honour(textList, "sent although the route's table does not know them"),
  modify_params: honour(flag, "repair requests that the model would refuse"),
  merge_reasoning_content_in_choices: honour(
    flag,
    "put reasoning into the content, between think tags (false)",
  ),
  mock_response: honour(anything, "answered in place of a call"),
  "*cost_per_*": honour(number, "USD"),
  "*_cost": honour(number, "USD"),
  "*_cost_*": honour(number, "USD"),
} as const;

/** Parameters of the call, which the request overrides. */
export const samplingKeys = {
  temperature: honour(anyNumber, "as OpenAI has it"),
  top_p: honour(anyNumber, "as OpenAI has it"),
  top_k: honour(anyNumber, "sent where the wire takes it"),
  max_tokens: honour(count, "as OpenAI has it"),
  max_completion_tokens: honour(count, "as OpenAI has it"),
  stop: honour(verbatimList, "as OpenAI has it"),
  seed: honour(anyNumber, "as OpenAI has it"),
  n: honour(count, "as OpenAI has it"),
  presence_penalty: honour(anyNumber, "as OpenAI has it"),
  frequency_penalty: honour(anyNumber, "as OpenAI has it"),
  repetition_penalty: honour(anyNumber, "sent to the model"),
  min_p: honour(anyNumber, "sent to the model"),
  logit_bias: honour(object, "as OpenAI has it"),
  logprobs: honour(anything, "as OpenAI has it"),
  top_logprobs: honour(count, "as OpenAI has it"),
  response_format: honour(object, "as OpenAI has it"),
  structured_outputs: honour(object, "as AWS has it"),
  reasoning_effort: honour(text, "as OpenAI has it"),
  thinking: honour(object, "as Anthropic has it"),
  tools: honour(anything, "as OpenAI has it"),
  tool_choice: honour(anything, "as OpenAI has it"),
  parallel_tool_calls: honour(flag, "as OpenAI has it"),
  stream_options: honour(object, "as OpenAI has it"),
  user: honour(text, "as OpenAI has it"),
  metadata: honour(object, "as OpenAI has it"),
  service_tier: honour(text, "as OpenAI has it"),
  chat_template_kwargs: honour(object, "variables of the chat template, such as `enable_thinking`"),
} as const;

/** `litellm_params`. What no row names is sent to the model with every call. */
export const litellmParams = {
  name: "litellm_params",
  scope: "model",
  keys: {
    ...destinationKeys,
    ...routingKeys,
    ...samplingKeys,
    ...refuse(
      ["configurable_clientside_auth_params"],
      "requests never choose credentials or endpoints; remove it, and give each destination an entry of its own",
    ),
    ...accept(
      ["itpm", "otpm"],
      "input and output tokens are not limited apart; tpm and token_rate_limit_type are",
    ),
    ...accept(
      ["max_budget", "budget_duration", "default_api_key_rpm_limit", "default_api_key_tpm_limit"],
      "there are no budgets and no virtual keys yet",
    ),
    ...accept(["tag_regex", "use_litellm_proxy", "max_file_size_mb"], "it is not built"),
    ...accept(["use_in_pass_through"], "every alias can be called on the pass-through route"),
    ...accept(
      ["keepalive_seconds", "allow_client_keepalive_override"],
      "streams are not kept alive by comments yet",
    ),
    ...accept(["aws_session_tags", "aws_bedrock_project_id", "bedrock_tags"], "it is not sent to AWS"),
    ...accept(["aws_batch_role_arn", "s3_*", "aws_bedrock_control_plane_endpoint"], "batches are not built"),
    ...accept(["ssl_verify"], "certificates are always verified; NODE_EXTRA_CA_CERTS adds an authority"),
    ...accept(
      ["api_version", "organization", "azure_ad_token", "vertex_*", "azure_*"],
      "it belongs to another provider",
    ),
    ...accept(
      [
        "caching",
        "cache",
        "callbacks",
        "success_callback",
        "failure_callback",
        "guardrails",
        "fallbacks",
        "context_window_fallbacks",
      ],
      "it is set for the whole gateway",
    ),
    ...accept(
      ["stream", "set_verbose", "no-log", "input_type", "dimensions", "encoding_format"],
      "it has no meaning here",
    ),
  },
} as const;
