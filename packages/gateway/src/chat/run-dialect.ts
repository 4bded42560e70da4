import { randomUUID } from "node:crypto";
import { OutcropError, createCompletionFold } from "@outcrop/sdk";
import type { AnswerIdentity, Dialect, DialectCall } from "../dialects/dialect.ts";
import { readBody } from "../http/read-body.ts";
import { readJson } from "../http/read-json.ts";
import type { Exchange } from "../http/route-table.ts";
import { errorHeaders, sendJson, warningHeaders } from "../http/send.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import type { RoutedAnswer, Router } from "../routing/router.ts";
import { mergeAnswers } from "./merge-answers.ts";
import { sendStream } from "./stream-answer.ts";

/** What a chat route needs of the gateway. */
export interface ChatServices {
  readonly router: () => Router;
  /** Bytes. */
  readonly bodyLimit: number;
}

/** Answers one request of a client API: reads it, routes it, and writes what comes back. */
export async function runDialect(dialect: Dialect, exchange: Exchange, services: ChatServices): Promise<void> {
  const { response } = exchange;
  const leaving = abortWhenGone(exchange);
  const { signal } = leaving;
  try {
    const call = await readCall(dialect, exchange, services.bodyLimit);
    const answers = await Promise.all(
      call.requests.map((request) =>
        services.router().chat({ model: call.model, request, stream: call.stream, unsupported: call.unsupported, signal }),
      ),
    );
    await sendAnswer(call, answers, exchange);
  } catch (error) {
    const failure = toOutcropError(error);
    sendJson(response, failure.status, { body: dialect.encodeError(failure), headers: errorHeaders(failure) });
  } finally {
    // Whatever of the upstream is still open has nobody to read it any more.
    leaving.abort();
  }
}

/** Aborts when the client's connection closes before the answer is out. */
function abortWhenGone({ response }: Exchange): AbortController {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new OutcropError("cancelled", "The client has gone."));
  });
  return controller;
}

async function readCall(dialect: Dialect, { request, params }: Exchange, limit: number): Promise<DialectCall> {
  const { body, warnings } = readJson(await readBody(request, limit));
  const call = dialect.parse(params.model === undefined ? body : { ...body, model: params.model });
  return warnings.length === 0 ? call : { ...call, warnings: [...warnings, ...call.warnings] };
}

async function sendAnswer(call: DialectCall, answers: readonly RoutedAnswer[], { response }: Exchange): Promise<void> {
  const [first] = answers;
  if (!first) throw new OutcropError("invalid_request", "The request asks for nothing.");
  const events = answers.length === 1 ? first.events : mergeAnswers(answers.map((answer) => answer.events), choicesEach(call));
  const headers = warningHeaders([...call.warnings, ...first.warnings]);
  const identity = createIdentity(call.model);
  if (call.stream) {
    await sendStream(response, { events, headers, encoder: call.createStreamEncoder(identity) });
    return;
  }
  const fold = createCompletionFold();
  for await (const batch of events) for (const event of batch) fold.push(event);
  const completion = fold.result();
  if (!completion) throw new OutcropError("internal", "The answer had no end.");
  sendJson(response, 200, { body: call.encodeWhole(completion, identity), headers });
}

function choicesEach({ requests }: DialectCall): number {
  return requests[0]?.parameters.n ?? 1;
}

function createIdentity(model: string): AnswerIdentity {
  return { id: randomUUID().replaceAll("-", ""), created: Math.floor(Date.now() / 1000), model };
}
