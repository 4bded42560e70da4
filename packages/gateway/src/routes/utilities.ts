import { type ChatRequest, type JsonObject, OutcropError, parseChatRequest } from "@outcrop/sdk";
import type { GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import { queryOf } from "../http/request-url.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import type { Exchange, HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";
import { estimateTokens } from "../tokens/estimate-tokens.ts";
import { supportedParameters } from "./model-info.ts";

export interface UtilityServices {
  readonly config: () => GatewayConfig;
  /** Bytes. */
  readonly bodyLimit: number;
}

/** LiteLLM's `/utils`: counting tokens, and asking what a model takes. */
export function utilityRoutes(services: UtilityServices): readonly HttpRoute[] {
  return [
    {
      method: "POST",
      path: "/utils/token_counter",
      summary: "An estimate of a prompt's tokens",
      handle: (exchange) => countTokens(exchange, services),
    },
    {
      method: "GET",
      path: "/utils/supported_openai_params",
      summary: "What a model takes",
      handle: (exchange) => {
        const entry = findEntry(services.config(), queryOf(exchange.request).get("model") ?? "");
        const supported = supportedParameters(entry);
        sendJson(exchange.response, 200, { body: { supported_openai_params: supported ?? [] } });
      },
    },
  ];
}

async function countTokens(
  { request, response }: Exchange,
  { config, bodyLimit }: UtilityServices,
): Promise<void> {
  const { body } = await readJsonBody(request, bodyLimit);
  const model = typeof body.model === "string" ? body.model : "";
  const entry = findEntry(config(), model);
  const answer: JsonObject = {
    total_tokens: estimateTokens(toRequest(body)),
    request_model: model,
    model_used: entry.deployment?.ref.modelId ?? model,
    tokenizer_type: "estimate",
  };
  sendJson(response, 200, { body: answer });
}

/** LiteLLM takes `messages`, or a `prompt`. */
function toRequest(body: JsonObject): ChatRequest {
  if (body.messages !== undefined)
    return parseChatRequest({ messages: body.messages, tools: body.tools }).request;
  if (typeof body.prompt === "string") {
    return parseChatRequest({ messages: [{ role: "user", content: body.prompt }] }).request;
  }
  throw new OutcropError("invalid_request", "The body needs messages or a prompt.", { param: "messages" });
}

function findEntry({ models }: GatewayConfig, name: string): ModelEntry {
  const found = models.find((entry) => entry.modelName === name || entry.id === name);
  if (found) return found;
  const names = [...new Set(models.map((entry) => entry.modelName))].join(", ");
  throw new OutcropError("invalid_model", `There is no model of that name. There is: ${names}.`, {
    param: "model",
  });
}
