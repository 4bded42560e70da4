import { accept, honour } from "./block.ts";
import { block, anything, object, textList } from "./collection-kinds.ts";
import { count, flag, number, text } from "./scalar-kinds.ts";

/** An entry of `model_list`. */
export const modelEntry = {
  name: "model_list[]",
  scope: "model",
  keys: {
    model_name: honour(text, "the alias that clients send; stars make it a pattern"),
    litellm_params: honour(block, "where calls go, and how"),
    model_info: honour(block, "what is told of the model"),
    rpm: honour(count, "as in `litellm_params`"),
    tpm: honour(count, "as in `litellm_params`"),
  },
} as const;

const invokes = "health is asked of the control plane, and invokes nothing";

/** `model_info`. Keys that no row names are kept too, and shown by `/model/info`. */
export const modelInfo = {
  name: "model_info",
  scope: "model",
  keys: {
    id: honour(
      text,
      "the deployment's id, in `x-litellm-model-id`; a request may name it (a hash of the entry)",
    ),
    mode: honour(text, "`chat`, `completion`, …; shown"),
    base_model: honour(text, "the model whose price counts"),
    max_tokens: honour(count, "shown"),
    max_input_tokens: honour(count, "the context window, for `enable_pre_call_checks`"),
    max_output_tokens: honour(count, "shown"),
    "supports_*": honour(anything, "shown"),
    access_groups: honour(textList, "shown"),
    supported_environments: honour(
      textList,
      "the model is loaded only where `LITELLM_ENVIRONMENT` is one of them",
    ),
    disable_background_health_check: honour(flag, "left out of the checks in the background (false)"),
    blocked: honour(flag, "requests get a 404 (false)"),
    "*cost_per_*": honour(number, "USD"),
    "*_cost": honour(number, "USD"),
    "*_cost_*": honour(number, "USD"),
    search_context_cost_per_query: honour(object, "shown"),
    ...accept(
      [
        "health_check_model",
        "health_check_timeout",
        "health_check_max_tokens",
        "health_check_max_tokens_reasoning",
      ],
      invokes,
    ),
    ...accept(["custom_tokenizer"], "no tokenizer is downloaded"),
    ...accept(
      ["team_id", "team_public_model_name"],
      "there are no teams yet: whoever has the key may call the model",
    ),
  },
} as const;
