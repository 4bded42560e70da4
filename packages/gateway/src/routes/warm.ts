import type { ServerResponse } from "node:http";
import { type JsonObject, OutcropError, isJsonObject } from "@outcrop/sdk";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { streamHeaders } from "../chat/stream-answer.ts";
import { encodeOpenAIError } from "../dialects/openai-error.ts";
import { encodeData } from "../dialects/server-sent-events.ts";
import { readBody } from "../http/read-body.ts";
import { readJson } from "../http/read-json.ts";
import type { Exchange, HttpRoute } from "../http/route-table.ts";
import { errorHeaders, sendJson } from "../http/send.ts";
import { createModelGroups } from "../routing/model-groups.ts";
import { warmTargets } from "../warmth/create-warmth.ts";
import type { Restore, RestoreOutcome, RestoreProgress, WarmTarget, Warmer } from "../warmth/warmer.ts";

export interface WarmServices {
  readonly config: () => GatewayConfig;
  readonly warmer: Warmer;
}

/** One deployment on its way. */
interface Restoring extends WarmTarget {
  readonly restore: Restore;
}

/** `POST /v1/models/{alias}/warm`: has the models of an alias restored, or joins those who have. */
export function warmRoutes(services: WarmServices): readonly HttpRoute[] {
  return ["/v1/models", "/models"].map((path) => ({
    method: "POST",
    path: `${path}/{alias}/warm`,
    summary: "Restores an imported model, which Bedrock bills; `stream` tells how far it is",
    handle: (exchange) => warm(exchange, services),
  }));
}

const bodyLimit = 64 * 1024;

async function warm({ request, response, params }: Exchange, services: WarmServices): Promise<void> {
  const model = params.alias ?? "";
  const { stream, wait } = await readOptions(request);
  // @throws for a name that leads nowhere
  const groups = createModelGroups(services.config());
  groups.resolve(model);
  const targets = warmTargets(groups, model);
  const restoring = targets.map((target) => ({ ...target, restore: services.warmer.warm(target) }));
  if (stream) return sendProgress(response, model, restoring);
  if (!wait) {
    const deployments = restoring.map((each) => ({ ...named(each), state: "restoring" }));
    return sendJson(response, 202, { body: toBody(model, deployments) });
  }
  const outcomes = await Promise.all(restoring.map(({ restore }) => restore.outcome));
  const failure = outcomes.find((outcome) => outcome.type === "failed");
  if (failure) {
    const { error } = failure;
    return sendJson(response, error.status, { body: encodeOpenAIError(error), headers: errorHeaders(error) });
  }
  sendJson(response, 200, { body: toBody(model, toDeployments(restoring, outcomes)) });
}

async function readOptions(request: Exchange["request"]): Promise<{ stream: boolean; wait: boolean }> {
  const text = await readBody(request, bodyLimit);
  const body = text.trim() === "" ? {} : readJson(text).body;
  return { stream: flag(body, "stream", false), wait: flag(body, "wait", true) };
}

function flag(body: JsonObject, name: string, fallback: boolean): boolean {
  const value = body[name] ?? fallback;
  if (typeof value === "boolean") return value;
  throw new OutcropError("invalid_request", `${name} must be true or false`, { param: name });
}

/** Events until every restore has ended. Who leaves ends none of them. */
async function sendProgress(
  response: ServerResponse,
  model: string,
  restoring: readonly Restoring[],
): Promise<void> {
  response.writeHead(200, streamHeaders);
  const send = (fields: JsonObject) => {
    if (!response.destroyed) response.write(encodeData({ object: "model.warmth", model, ...fields }));
  };
  const outcomes = await Promise.all(
    restoring.map(async (each) => {
      const stop = each.restore.listen((progress) => send(toProgress(each, progress)));
      const outcome = await each.restore.outcome;
      stop();
      send(toDeployment(each, outcome));
      return outcome;
    }),
  );
  const failure = outcomes.find((outcome) => outcome.type === "failed");
  if (response.destroyed) return;
  if (failure) response.end(encodeData(encodeOpenAIError(failure.error)));
  else response.end("data: [DONE]\n\n");
}

function toBody(model: string, deployments: readonly JsonObject[]): JsonObject {
  const states = new Set(deployments.filter(isJsonObject).map(({ state }) => state));
  return {
    object: "model.warmth",
    model,
    state: states.has("restoring") ? "restoring" : "warm",
    deployments,
  };
}

function toDeployments(restoring: readonly Restoring[], outcomes: readonly RestoreOutcome[]) {
  return restoring.flatMap((each, index) => {
    const outcome = outcomes[index];
    return outcome ? [toDeployment(each, outcome)] : [];
  });
}

function toDeployment(each: WarmTarget, outcome: RestoreOutcome): JsonObject {
  return outcome.type === "warm"
    ? { ...named(each), state: "warm", waited_ms: Math.round(outcome.waitedMs) }
    : { ...named(each), state: "failed", error: outcome.error.message, code: outcome.error.code };
}

function toProgress(each: WarmTarget, { waitedMs, attempt, nextTryMs }: RestoreProgress): JsonObject {
  return {
    ...named(each),
    state: "restoring",
    waited_ms: Math.round(waitedMs),
    refusals: attempt,
    next_try_ms: Math.round(nextTryMs),
  };
}

function named({ entry, deployment }: WarmTarget): JsonObject {
  return { deployment: entry.id, model_id: deployment.ref.modelId };
}
