import type { ServerResponse } from "node:http";
import { type Deployment, type HttpResponse, OutcropError, type OutcropClient } from "@outcrop/sdk";
import type { GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import { encodeBedrockError } from "../dialects/bedrock-error.ts";
import { drained } from "../http/drained.ts";
import { readBytes } from "../http/read-body.ts";
import type { Exchange, HttpRoute } from "../http/route-table.ts";

export interface PassThroughServices {
  readonly config: () => GatewayConfig;
  readonly client: Pick<OutcropClient, "relay">;
  /** Bytes. */
  readonly bodyLimit: number;
}

/** Bedrock's runtime operations that act on one model. */
const operations = [
  "invoke",
  "invoke-with-response-stream",
  "converse",
  "converse-stream",
  "count-tokens",
] as const;

/**
 * Bedrock's own API for those who speak it: the client's key is checked at the gate, the call is signed here with
 * the deployment's credentials, and the bytes of body and answer go through untouched.
 */
export function passThroughRoutes(services: PassThroughServices): readonly HttpRoute[] {
  return operations.map((operation) => ({
    method: "POST",
    path: `/bedrock/model/{model}/${operation}`,
    summary: `Bedrock's own ${operation}, signed here; the model is an alias, or an id that the config names`,
    encodeError: encodeBedrockError,
    handle: (exchange) => relay(operation, exchange, services),
  }));
}

async function relay(operation: string, exchange: Exchange, services: PassThroughServices): Promise<void> {
  const { request, response, params } = exchange;
  const { deployment, timeout } = findTarget(services.config(), params.model ?? "");
  const body = await readBytes(request, services.bodyLimit);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(tooLate(timeout)), toDelay(timeout));
  response.once("close", () => ending.abort(new OutcropError("cancelled", "The client has gone.")));
  try {
    const headers = forwarded(request.headers);
    const call = { operation, body, headers, signal: ending.signal };
    await pipe(await services.client.relay(deployment, call), response);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(seconds: number): OutcropError {
  return new OutcropError("timeout", `Amazon Bedrock gave no whole answer within ${seconds} s.`);
}

/** Seconds as a timer's delay; 0 is no limit, which a timer has none of. */
function toDelay(seconds: number): number {
  const longest = 2 ** 31 - 1;
  return seconds > 0 ? Math.min(seconds * 1000, longest) : longest;
}

interface RelayTarget {
  readonly deployment: Deployment;
  /** Seconds for the whole answer. */
  readonly timeout: number;
}

/** Only what the operator has configured is called: by its alias, its deployment's id, or the ARN itself. */
function findTarget({ models }: GatewayConfig, name: string): RelayTarget {
  const isMeant = ({ modelName, id, deployment }: ModelEntry) =>
    modelName === name || id === name || deployment?.ref.modelId === name;
  for (const entry of models) {
    if (entry.deployment && isMeant(entry))
      return { deployment: entry.deployment, timeout: entry.routing.timeout };
  }
  throw new OutcropError("not_found", "The config names no model of that name or id.", { param: "model" });
}

/** Bedrock's own request headers go on; everything else of a client stays here. */
function forwarded(headers: Exchange["request"]["headers"]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith("x-amzn-bedrock-") && typeof value === "string") kept[name] = value;
  }
  return kept;
}

/** Headers that speak of one connection alone, or that the server writes itself. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "date"]);

async function pipe({ status, headers, body }: HttpResponse, response: ServerResponse): Promise<void> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !hopByHop.has(name));
  response.writeHead(status, Object.fromEntries(kept));
  for await (const bytes of body) {
    if (response.destroyed) return;
    if (!response.write(bytes)) await drained(response);
  }
  response.end();
}
