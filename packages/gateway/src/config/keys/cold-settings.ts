import { coldStartPolicies } from "../cold-config.ts";
import { honour } from "./block.ts";
import { textList } from "./collection-kinds.ts";
import { oneOf, seconds } from "./scalar-kinds.ts";
import { warmSchedule } from "./warm-schedule-kind.ts";

/** What `outcrop_settings` and a deployment's `litellm_params` say alike of models that scale to zero. */
export const coldStartKeys = {
  cold_start: honour(
    oneOf(coldStartPolicies),
    "what a call does while its model is being restored: wait, fail_fast, fallback or race (wait)",
  ),
  cold_start_timeout: honour(seconds, "seconds that a model which is being restored is waited for (300)"),
  cold_start_grace: honour(
    seconds,
    "seconds before a stream that waits for its model is opened with comment lines; 0: never (5)",
  ),
} as const;

/** What `outcrop_settings` alone says of them. */
export const warmKeys = {
  warm_up: honour(textList, "models that are restored when the gateway starts (none)"),
  warm_schedule: honour(warmSchedule, "times in which models are kept warm, which Bedrock bills (none)"),
} as const;
