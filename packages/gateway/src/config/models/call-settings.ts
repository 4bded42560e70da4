import { isDeploymentSetting } from "@outcrop/sdk";
import type { DeploymentRouting, RequestShaping } from "../gateway-config.ts";
import type { ModelContext } from "./model-context.ts";
import type { Params } from "./params.ts";
import { toChatTemplate } from "./prompt-template.ts";

/** Settings under the names that the SDK reads. */
export type CallSettings = Readonly<Record<string, unknown>>;

/** What the SDK is told of a deployment, `model` aside. */
export function toCallSettings({ values }: Params, context: ModelContext): CallSettings {
  const own = Object.entries(values).filter(([key]) => isDeploymentSetting(key));
  return {
    drop_params: context.dropParams,
    timeout: context.timeout,
    cold_start_timeout: context.coldStartTimeout,
    chat_template: toChatTemplate(values),
    ...Object.fromEntries(own),
    num_retries: values.num_retries ?? values.max_retries ?? context.numRetries,
    extra_headers: { ...values.headers, ...values.extra_headers },
  };
}

/** What may stand beside `litellm_params` as well as in it. */
export interface EntryLimits {
  readonly rpm?: number | undefined;
  readonly tpm?: number | undefined;
}

export function toRouting({ values }: Params, entry: EntryLimits, context: ModelContext): DeploymentRouting {
  const timeout = values.timeout ?? context.timeout;
  return {
    weight: values.weight,
    order: values.order,
    rpm: values.rpm ?? entry.rpm,
    tpm: values.tpm ?? entry.tpm,
    maxParallelRequests: values.max_parallel_requests,
    cooldownTime: values.cooldown_time,
    tags: values.tags ?? [],
    timeout,
    streamTimeout: values.stream_timeout ?? context.streamTimeout ?? timeout,
    numRetries: values.num_retries ?? values.max_retries ?? context.numRetries,
    coldStart: values.cold_start ?? context.coldStart,
    coldStartGrace: values.cold_start_grace ?? context.coldStartGrace,
  };
}

export function toShaping({ values }: Params, context: ModelContext): RequestShaping {
  return {
    dropParams: values.drop_params ?? context.dropParams,
    additionalDropParams: values.additional_drop_params ?? [],
    allowedOpenaiParams: values.allowed_openai_params ?? [],
    modifyParams: values.modify_params ?? context.modifyParams,
    mergeReasoningContent: values.merge_reasoning_content_in_choices ?? false,
    mockResponse: values.mock_response,
  };
}
