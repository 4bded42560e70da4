import { type JsonObject, describeRoute } from "@outcrop/sdk";
import { modelString } from "../config/model-string.ts";
import type { GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import { queryOf } from "../http/request-url.ts";
import type { Exchange, HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";
import type { Redactor } from "../telemetry/redact.ts";

/** What the models' routes need. */
export interface ModelServices {
  readonly config: () => GatewayConfig;
  readonly redactor: Redactor;
}

/** LiteLLM's `/model/info` family: what the config says of each deployment, without its secrets. */
export function modelInfoRoutes({ config, redactor }: ModelServices): readonly HttpRoute[] {
  const info = ({ request, response }: Exchange) => {
    const wanted = queryOf(request).get("litellm_model_id");
    const data = config()
      .models.filter((entry) => wanted === null || entry.id === wanted)
      .map(toModelInfo);
    sendJson(response, 200, { body: redactor.value({ data }) });
  };
  const group = ({ response }: Exchange) =>
    sendJson(response, 200, { body: { data: groupsOf(config()).map(toGroupInfo) } });
  return [
    { method: "GET", path: "/model/info", summary: "What the config says of each deployment", handle: info },
    {
      method: "GET",
      path: "/v1/model/info",
      summary: "What the config says of each deployment",
      handle: info,
    },
    {
      method: "GET",
      path: "/v2/model/info",
      summary: "What the config says of each deployment",
      handle: info,
    },
    { method: "GET", path: "/model_group/info", summary: "The groups of deployments", handle: group },
  ];
}

function toModelInfo(entry: ModelEntry): JsonObject {
  const { ref, region } = entry.deployment ?? {};
  return {
    model_name: entry.modelName,
    litellm_params: {
      model: modelString(entry),
      aws_region_name: region ?? ref?.region,
      rpm: entry.routing.rpm,
      tpm: entry.routing.tpm,
      weight: entry.routing.weight,
      order: entry.routing.order,
    },
    model_info: {
      id: entry.id,
      mode: "chat",
      litellm_provider: "bedrock",
      supported_openai_params: supportedParameters(entry),
      ...entry.info,
      ...entry.prices,
      ...(entry.unavailable === undefined ? {} : { unavailable: entry.unavailable }),
    },
  };
}

/** OpenAI's names of what a deployment takes; `undefined` where only AWS knows the route. */
export function supportedParameters({ deployment }: ModelEntry): readonly string[] | undefined {
  const described = deployment && describeRoute(deployment);
  return (
    described && [
      ...described.parameters,
      "max_completion_tokens",
      "stream",
      "stream_options",
      "tools",
      "tool_choice",
    ]
  );
}

type Group = readonly [name: string, entries: readonly ModelEntry[]];

function groupsOf({ models }: GatewayConfig): readonly Group[] {
  return [...Map.groupBy(models, (entry) => entry.modelName)];
}

function toGroupInfo([name, entries]: Group): JsonObject {
  const [first] = entries;
  return {
    model_group: name,
    providers: ["bedrock"],
    mode: "chat",
    deployments: entries.length,
    supported_openai_params: first && supportedParameters(first),
    supports_function_calling: true,
    supports_vision: entries.some(
      ({ deployment }) => deployment && describeRoute(deployment)?.wire === "openai_chat",
    ),
  };
}
