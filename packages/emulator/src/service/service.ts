import { authenticate } from "../auth/authenticate.ts";
import { parseOperation } from "../aws/operations.ts";
import { toUuid } from "../base/random.ts";
import { ConnectionReset } from "../http/message.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "../http/message.ts";
import { answerAdmin, isAdminPath } from "../admin/admin.ts";
import { toAwsFailure, toFailureReply } from "./failure-reply.ts";
import { serveOperation } from "./operations.ts";
import { toLogLine, toShownBody, toShownHeaders } from "./request-log.ts";
import type { RequestRecord } from "./request-log.ts";
import type { ServiceState } from "./state.ts";

/** Answers every request of the port: the emulator's own paths, and the operations of AWS. */
export function createService(state: ServiceState): HttpHandler {
  return async (request) => {
    if (isAdminPath(request.target)) return answerAdmin(request, state);
    const record = toRecord(request, state);
    state.requests.add(record, request.body.length);
    const start = performance.now();
    const over = (outcome: "answered" | "cancelled"): void => {
      record.duration = performance.now() - start;
      record.outcome = outcome;
      state.log(toLogLine(record));
    };
    try {
      const reply = withRequestId(await answer(request, record, state), record.id);
      record.status = reply.status;
      if (reply.kind === "stream") return { ...reply, chunks: observe(reply.chunks, over) };
      over("answered");
      return reply;
    } catch (error) {
      // Only a reset is the emulator's own doing; whatever else comes here is a caller who left.
      over(error instanceof ConnectionReset ? "answered" : "cancelled");
      throw error;
    }
  };
}

async function answer(request: HttpRequest, record: RequestRecord, state: ServiceState): Promise<HttpReply> {
  try {
    const operation = parseOperation(request.method, request.target);
    record.operation = operation.name;
    if (operation.resource !== "") record.modelId = operation.resource;
    if (request.refusal !== undefined) throw request.refusal;
    const identity = authenticate(request, state.keyring);
    record.authentication = identity.kind;
    if (identity.accessKeyId !== undefined) record.accessKeyId = identity.accessKeyId;
    record.region = identity.region ?? state.region;
    return await serveOperation({ request, operation, identity, record }, state);
  } catch (error) {
    if (error instanceof ConnectionReset || request.signal.aborted) throw error;
    const failure = toAwsFailure(error);
    record.error = failure.exception;
    if (failure.message !== "") record.message = failure.message;
    return toFailureReply(failure);
  }
}

function toRecord(request: HttpRequest, { random, clock }: ServiceState): RequestRecord {
  return {
    id: toUuid(random),
    time: new Date(clock.now()).toISOString(),
    protocol: request.protocol,
    method: request.method,
    path: request.target,
    headers: toShownHeaders(request.headers),
    body: toShownBody(request.body),
    status: 0,
  };
}

function withRequestId(reply: HttpReply, id: string): HttpReply {
  return { ...reply, headers: { ...reply.headers, "x-amzn-requestid": id } };
}

/** Tells when a stream is over, and whether it came to its end. */
async function* observe(
  chunks: AsyncIterable<Uint8Array>,
  over: (outcome: "answered" | "cancelled") => void,
): AsyncGenerator<Uint8Array> {
  let outcome: "answered" | "cancelled" = "cancelled";
  try {
    yield* chunks;
    outcome = "answered";
  } finally {
    over(outcome);
  }
}
