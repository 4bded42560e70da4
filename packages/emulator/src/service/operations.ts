import type { Identity } from "../auth/credentials.ts";
import { AwsFailure } from "../aws/failure.ts";
import type { Operation, OperationName } from "../aws/operations.ts";
import { serveControl } from "../control/control.ts";
import { faultBefore, faultReply } from "../faults/reply-faults.ts";
import { find } from "../faults/strike.ts";
import type { HttpReply, HttpRequest } from "../http/message.ts";
import { countCallTokens } from "../runtime/count-tokens.ts";
import type { InferenceCall } from "../runtime/call.ts";
import { serveInference } from "../runtime/inference.ts";
import { findModel, parseJsonBody, readConverse, readInvoke } from "../runtime/read-call.ts";
import type { RequestRecord } from "./request-log.ts";
import type { ServiceState } from "./state.ts";

/** An authenticated request for a known operation. */
export interface ServiceCall {
  readonly request: HttpRequest;
  readonly operation: Operation;
  readonly identity: Identity;
  readonly record: RequestRecord;
}

const streaming: ReadonlySet<OperationName> = new Set(["InvokeModelWithResponseStream", "ConverseStream"]);

/** Serves an operation, with the faults that strike it. */
export async function serveOperation(call: ServiceCall, state: ServiceState): Promise<HttpReply> {
  const { operation, request, record } = call;
  state.jobs.settle();
  const faults = state.faults.strike({
    operation: operation.name,
    modelId: operation.resource,
    modelName: state.catalogue.find(operation.resource)?.name ?? "",
  });
  if (faults.length > 0) record.fault = faults.map(({ kind }) => kind).join(",");
  const context = {
    clock: state.clock,
    random: state.random,
    signal: request.signal,
    // ConverseStream says how it ended in `messageStop` and `metadata`, InvokeModel in its last chunk.
    finalFrames: operation.name === "ConverseStream" ? 2 : 1,
  };
  const early = await faultBefore(faults, { ...context, streaming: streaming.has(operation.name) });
  if (early !== undefined) return early;
  const padding = find(faults, "padding")?.enabled ?? state.padding;
  const reply = await dispatch(call, { ...state, padding, struck: faults });
  return faults.length === 0 ? reply : faultReply(reply, faults, context);
}

type StruckState = ServiceState & { readonly struck: ReturnType<ServiceState["faults"]["strike"]> };

async function dispatch(call: ServiceCall, state: StruckState): Promise<HttpReply> {
  const { operation, request } = call;
  switch (operation.name) {
    case "InvokeModel":
    case "InvokeModelWithResponseStream":
    case "Converse":
    case "ConverseStream":
      return infer(call, state);
    case "CountTokens": {
      const body = parseJsonBody(request.body, toSerializationFailure);
      return toJsonReply(countCallTokens(body, operation, findModel(operation, { ...state, ...call })));
    }
    default: {
      const { status, body } = await serveControl(call, state);
      return toJsonReply(body, status);
    }
  }
}

async function infer(call: ServiceCall, state: StruckState): Promise<HttpReply> {
  const { request, record } = call;
  const inference = readInference(call, state);
  record.format = inference.format;
  const reply = await serveInference(
    inference,
    { ...state, faults: state.struck, tokenCountHeaders: state.assumptions.tokenCountHeaders },
    {
      signal: request.signal,
      finished: ({ input, output }) => {
        record.inputTokens = input;
        record.outputTokens = output;
      },
    },
  );
  return { ...reply, headers: { ...reply.headers, ...echoHeaders(request) } };
}

function readInference({ request, operation, identity }: ServiceCall, state: ServiceState): InferenceCall {
  const { catalogue, assumptions } = state;
  const model = findModel(operation, { catalogue, identity, assumptions });
  if (!operation.name.startsWith("Converse")) return readInvoke(request, operation, { model, assumptions });
  return readConverse(parseJsonBody(request.body, toSerializationFailure), operation, model);
}

function toSerializationFailure(detail: string): AwsFailure {
  return new AwsFailure("SerializationException", `Could not parse the request body into JSON: ${detail}`);
}

/** InvokeModel tells how it was served in the words of the request. */
function echoHeaders({ headers }: HttpRequest): Record<string, string> {
  const names = ["x-amzn-bedrock-performanceconfig-latency", "x-amzn-bedrock-service-tier"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function toJsonReply(body: unknown, status = 200): HttpReply {
  return {
    kind: "whole",
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
