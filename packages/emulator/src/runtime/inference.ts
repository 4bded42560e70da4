import { encodeAnswerEvent, encodeFailure, toStreamFailure } from "../aws/answer-frames.ts";
import type { AnswerEvent } from "../aws/answer-frames.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Fault } from "../faults/fault.ts";
import type { Bookkeeper } from "../fleet/ledger.ts";
import type { Lease } from "../fleet/fleet.ts";
import type { HttpReply, WholeReply } from "../http/message.ts";
import { isObject } from "../prompt/json.ts";
import { lastUserText } from "../prompt/prompt.ts";
import type { ScriptAnswer, ScriptBook } from "../sources/script.ts";
import { collect, tokenCount } from "../text/answer.ts";
import type { Token, Usage } from "../text/answer.ts";
import { createAnswerFacts } from "./answer-facts.ts";
import type { AnswerFacts, InferenceCall, TextSource } from "./call.ts";
import { generate } from "./generate.ts";
import { streamAnswer, writeAnswer } from "./writers.ts";

export interface InferenceDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly bookkeeper: Bookkeeper;
  readonly scripts: ScriptBook;
  readonly source: TextSource;
  readonly tokensPerSecond: number | undefined;
  readonly tokenCountHeaders: boolean;
  /** Whether frames carry the padding `p`. */
  readonly padding: boolean;
  readonly faults: readonly Fault[];
}

/** What becomes of a call, told to the log when it is over. */
export interface InferenceWatch {
  readonly signal: AbortSignal;
  /** Called once when the answer is complete. */
  readonly finished: (usage: Usage) => void;
}

/** Serves an inference call: waits for a copy of the model, generates, writes. */
export async function serveInference(
  call: InferenceCall,
  given: InferenceDependencies,
  watch: InferenceWatch,
): Promise<HttpReply> {
  const lease = await acquire(call, given, watch.signal);
  const settle = once((usage?: Usage) => {
    if (usage !== undefined) {
      lease?.succeed();
      given.bookkeeper.recordUse(call.model, usage);
      watch.finished(usage);
    }
    lease?.release();
  });
  try {
    const script = given.scripts.take(toScriptRequest(call));
    const facts = createAnswerFacts(call, given.clock, given.random);
    const context = { call, given, watch, script, facts, settle };
    return await (call.operation.includes("Stream") ? serveStream(context) : serveWhole(context));
  } catch (error) {
    settle();
    throw error;
  }
}

interface ServeContext {
  readonly call: InferenceCall;
  readonly given: InferenceDependencies;
  readonly watch: InferenceWatch;
  readonly script: ScriptAnswer | undefined;
  readonly facts: AnswerFacts;
  /** Ends the lease; with the usage when the call succeeded. Only the first call counts. */
  readonly settle: (usage?: Usage) => void;
}

async function acquire(
  { model }: InferenceCall,
  { bookkeeper }: InferenceDependencies,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  return model.kind === "imported" ? bookkeeper.fleetOf(model).acquire(signal) : undefined;
}

async function serveWhole(context: ServeContext): Promise<WholeReply> {
  const { call, given, script, facts, settle } = context;
  const answers = await Promise.all(openChoices(context).map(collect));
  const input = answers[0]?.end.usage?.input ?? call.promptTokens;
  const output = answers.reduce((sum, { end, count }) => sum + (end.usage?.output ?? count), 0);
  settle({ input, output });
  const counted = call.model.kind === "foundation" || given.tokenCountHeaders;
  const counts = {
    "x-amzn-bedrock-input-token-count": String(input),
    "x-amzn-bedrock-output-token-count": String(output),
  };
  const invoked = {
    "x-amzn-bedrock-invocation-latency": String(Math.round(facts.elapsed())),
    ...(counted ? counts : {}),
  };
  return {
    kind: "whole",
    status: 200,
    headers: { "content-type": "application/json", ...(call.format === "Converse" ? {} : invoked) },
    body: JSON.stringify(script?.body ?? writeAnswer(answers, facts)),
  };
}

async function serveStream(context: ServeContext): Promise<HttpReply> {
  const { call, given, script, facts, settle } = context;
  const usage = { input: call.promptTokens, output: 0 };
  const choices = openChoices(context).map((tokens) => tally(tokens, usage, facts));
  const events =
    script?.frames === undefined ? streamAnswer(choices, facts) : toVerbatimEvents(script.frames, call);
  // A failure before the first event is an answer of its own, not a broken stream.
  const started = await startStream(events);
  return {
    kind: "stream",
    status: 200,
    headers: {
      "content-type": "application/vnd.amazon.eventstream",
      ...(call.format === "Converse" ? {} : { "x-amzn-bedrock-content-type": "application/json" }),
    },
    chunks: encodeStream(started, given.padding ? given.random : undefined, {
      done: () => settle(usage),
      left: () => settle(),
    }),
  };
}

function openChoices({ call, given, watch, script }: ServeContext): AsyncIterable<Token>[] {
  const { clock, source, tokensPerSecond, faults } = given;
  const { signal } = watch;
  return Array.from({ length: call.parameters.choices }, (_, choice) =>
    generate({ call, choice, signal, clock, script, source, tokensPerSecond, faults }),
  );
}

async function* tally(
  tokens: AsyncIterable<Token>,
  usage: { input: number; output: number },
  facts: AnswerFacts,
): AsyncGenerator<Token> {
  for await (const token of tokens) {
    facts.sawToken();
    usage.output += tokenCount(token);
    if (token.type === "end" && token.usage !== undefined) Object.assign(usage, token.usage);
    yield token;
  }
}

async function* toVerbatimEvents(
  frames: readonly unknown[],
  { format }: InferenceCall,
): AsyncGenerator<AnswerEvent> {
  for (const frame of frames) {
    if (format !== "Converse") yield { type: "chunk", payload: frame };
    else if (isObject(frame)) {
      for (const [type, payload] of Object.entries(frame)) yield { type, payload };
    }
  }
}

/** Awaits the first event, and gives all of them. */
async function startStream(events: AsyncIterable<AnswerEvent>): Promise<AsyncIterable<AnswerEvent>> {
  const iterator = events[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* resume() {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

async function* encodeStream(
  events: AsyncIterable<AnswerEvent>,
  padding: Random | undefined,
  over: { done: () => void; left: () => void },
): AsyncGenerator<Buffer> {
  try {
    for await (const event of events) yield encodeAnswerEvent(event, padding);
    over.done();
  } catch (error) {
    yield encodeFailure(toStreamFailure(error));
  } finally {
    over.left();
  }
}

function toScriptRequest(call: InferenceCall): Parameters<ScriptBook["take"]>[0] {
  return {
    operation: call.operation,
    modelId: call.model.id,
    modelName: call.model.name,
    prompt: call.prompt.text,
    lastUserText: lastUserText(call.prompt),
    body: call.body,
  };
}

function once(action: (usage?: Usage) => void): (usage?: Usage) => void {
  let done = false;
  return (usage) => {
    if (!done) action(usage);
    done = true;
  };
}
