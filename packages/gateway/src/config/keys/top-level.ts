import { accept, honour } from "./block.ts";
import { block, textList } from "./collection-kinds.ts";
import { coldStartKeys, warmKeys } from "./cold-settings.ts";
import { flag, text } from "./scalar-kinds.ts";

/** The blocks of the document; most have tables of their own. */
export const topLevel = {
  name: "the top level",
  scope: "gateway",
  keys: {
    model_list: honour(block, "the deployments; entries of one `model_name` form a group"),
    litellm_settings: honour(block, "retries, fallbacks, cache, callbacks"),
    router_settings: honour(block, "routing, cooldowns, retries; it wins over `litellm_settings`"),
    general_settings: honour(block, "the server: key, limits, health"),
    outcrop_settings: honour(block, "what LiteLLM has no key for"),
    environment_variables: honour(block, "variables that are set over the process's own"),
    include: honour(block, "files that are merged in: lists are appended, other blocks replaced"),
    credential_list: honour(block, "credentials by name, for `litellm_credential_name`"),
    ...accept(
      ["callback_settings"],
      "callbacks read their options from the environment, and hold no messages",
    ),
    ...accept(
      ["guardrails", "policies", "policy_attachments"],
      "guardrails are not built; requests pass unchecked",
    ),
    ...accept(["mcp_servers", "mcp_tools", "mcp_semantic_tool_filter"], "the gateway is no MCP server"),
    ...accept(["prompts", "prompt_registry"], "stored prompts are not built"),
    ...accept(
      ["vector_store_registry", "vector_stores", "search_tools"],
      "only chat and completions are served",
    ),
    ...accept(
      ["files_settings", "finetune_settings", "assistant_settings", "batch_settings"],
      "only chat and completions are served",
    ),
    ...accept(["agents", "agent_list", "skills", "plugins"], "agents are not built"),
    ...accept(["default_team_settings", "worker_config", "license"], "it has no meaning here"),
  },
} as const;

/** An entry of `credential_list`. */
export const credentialEntry = {
  name: "credential_list[]",
  scope: "model",
  keys: {
    credential_name: honour(text, "the name that `litellm_credential_name` gives"),
    credential_values: honour(
      block,
      "parameters of `litellm_params` that an entry takes over where it sets none itself",
    ),
    credential_info: honour(block, "for people; not read"),
  },
} as const;

/** `outcrop_settings`. */
export const outcropSettings = {
  name: "outcrop_settings",
  scope: "gateway",
  keys: {
    ...coldStartKeys,
    ...warmKeys,
    ledger: honour(block, "keep a book of calls and what they cost: true, or a map with path (false)"),
    prices: honour(block, "prices that go before the published ones: of units, storage and tokens"),
    insecure_public: honour(flag, "listen beyond this machine without a key (false)"),
    allowed_image_hosts: honour(textList, "hosts that images may be fetched from (none: data URLs only)"),
    invoke_health_checks: honour(
      flag,
      "let `/health` call the models, which Bedrock bills; not in the background (false)",
    ),
  },
} as const;
