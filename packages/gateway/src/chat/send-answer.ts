import type { ServerResponse } from "node:http";
import {
  type ChatEvent,
  type Completion,
  type CompletionFold,
  OutcropError,
  createCompletionFold,
  wholeOf,
} from "@outcrop/sdk";
import type { CachedAnswer } from "../cache/response-cache.ts";
import { sendJson } from "../http/send.ts";
import { type Quote, type Quoter, unknownQuote } from "../ledger/quote.ts";
import type { AnswerGuard } from "./answer-guard.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { ColdWatch } from "./cold-watch.ts";
import { mergeAnswers } from "./merge-answers.ts";
import type { ReadCall } from "./read-call.ts";
import type { Recorder } from "./recorder.ts";
import { sendStream } from "./stream-answer.ts";

/** What goes along with an answer on its way out. */
export interface SendContext {
  readonly response: ServerResponse;
  readonly recorder: Recorder;
  readonly watch: ColdWatch;
  readonly guard: AnswerGuard;
  readonly quote: Quoter;
}

type Batch = readonly ChatEvent[];

/**
 * Sends what came back, as the client wants it: now, where all of it is there.
 *
 * @returns a failure that came after the status was sent.
 */
export function sendAnswer(
  { call, warnings: said }: ReadCall,
  answers: readonly CachedAnswer[],
  { response, recorder, watch, guard, quote }: SendContext,
): Promise<unknown> | undefined {
  const [answer] = answers;
  if (!answer) throw new OutcropError("invalid_request", "The request asks for nothing.");
  const events = answers.length === 1 ? answer.events : joined(answers, call.requests[0]?.parameters.n);
  const warnings = said.length === 0 ? answer.warnings : [...said, ...answer.warnings];
  recorder.answered(answers, warnings);
  const { identity } = watch;
  const see = (batch: Batch) => {
    guard(batch);
    recorder.see(batch);
  };
  const headersWith = (cost: Quote) => {
    const headers = answerHeaders({
      callId: recorder.callId,
      answer,
      warnings,
      overheadMs: recorder.overheadMs(),
      cost,
    });
    return Object.assign(headers, watch.headers(answer.coldWaitMs));
  };
  if (call.stream) {
    const encoder = call.createStreamEncoder(identity);
    return sendStream(response, { events, headers: headersWith(unknownQuote), encoder, see });
  }
  const sendWhole = (completion: Completion) => {
    const { entry, region, cacheHit } = answer;
    const headers = headersWith(quote({ entry, region, cacheHit, usage: completion.usage }));
    sendJson(response, 200, { body: call.encodeWhole(completion, identity), headers });
  };
  const whole = wholeOf(events);
  if (!whole) return foldStream(events, see).then(sendWhole);
  see(whole);
  sendWhole(foldNow(whole));
  return undefined;
}

function joined(answers: readonly CachedAnswer[], choices = 1): AsyncIterable<Batch> {
  return mergeAnswers(
    answers.map((answer) => answer.events),
    choices,
  );
}

async function foldStream(events: AsyncIterable<Batch>, see: (batch: Batch) => void): Promise<Completion> {
  const completion = createCompletionFold();
  for await (const batch of events) {
    see(batch);
    for (const event of batch) completion.push(event);
  }
  return resultOf(completion);
}

function foldNow(batch: Batch): Completion {
  const completion = createCompletionFold();
  for (const event of batch) completion.push(event);
  return resultOf(completion);
}

function resultOf(fold: CompletionFold): Completion {
  const completion = fold.result();
  if (!completion) throw new OutcropError("internal", "The answer had no end.");
  return completion;
}
