import { randomUUID } from "node:crypto";
import { type AnswerReader, createAnswerReader } from "../answer/answer-reader.ts";
import { createVerbatimGrammar } from "../answer/verbatim-grammar.ts";
import { encodeJsonInTurns, isLargeJson } from "../bedrock/large-bodies.ts";
import { resolveRegion, statedRegion } from "../bedrock/region.ts";
import type {
  BedrockCall,
  StreamAnswer,
  StreamMessage,
  Transport,
  WholeAnswer,
} from "../bedrock/transport.ts";
import type { CancelSignal } from "../core/cancellation.ts";
import type { ChatRequest } from "../core/chat.ts";
import { OutcropError } from "../core/errors.ts";
import type { ChatEvent } from "../core/events.ts";
import { OneBatch } from "../core/one-batch.ts";
import { type PreparedCall, prepareCall } from "../routing/prepare.ts";
import { type Route, createRoute, findPreset } from "../routing/route.ts";
import { type Deadline, abortable, createDeadline } from "./deadline.ts";
import type { Deployment } from "./deployment.ts";
import { isConverseEvent } from "../wires/converse-answer.ts";
import { toInvokeHeaders } from "./invoke-headers.ts";
import type { PresetLookup } from "./preset-lookup.ts";

/** One chat call: what is asked, of whom, and how it should come back. */
export interface ChatCall {
  readonly request: ChatRequest;
  readonly deployment: Deployment;
  readonly stream: boolean;
  /** OpenAI parameters of the request that no wire has: refused, or dropped where that is allowed. */
  readonly unsupported?: readonly string[];
  readonly signal?: CancelSignal;
  readonly onColdStart?: BedrockCall["onColdStart"];
  readonly onRetry?: BedrockCall["onRetry"];
  readonly onSend?: BedrockCall["onSend"];
}

/** An answer on its way. */
export interface ChatAnswer {
  /**
   * The events, those of one network read together. Leaving the loop ends the upstream call.
   * A whole answer comes as one batch.
   */
  readonly events: AsyncIterable<readonly ChatEvent[]>;
  /** What was dropped, clamped or replaced. */
  readonly warnings: readonly string[];
  /** AWS's request id. */
  readonly requestId: string | undefined;
  readonly region: string;
  /** Milliseconds that the call waited for its model to be restored; absent if it didn't. */
  readonly coldWaitMs?: number | undefined;
}

/** What a chat client is made of; each part is a seam. */
export interface ChatClientParts {
  readonly transport: Transport;
  readonly lookUpPreset: PresetLookup;
  readonly env: () => NodeJS.ProcessEnv;
}

/** Sends chat calls to Bedrock. */
export interface ChatClient {
  /**
   * Resolves when AWS has accepted the call (for a stream: when its head has come).
   * @throws OutcropError
   */
  chat(call: ChatCall): Promise<ChatAnswer>;
}

/** Joins family, wire and transport: the one path of every call, whole or streamed. */
export function createChatClient({ transport, lookUpPreset, env }: ChatClientParts): ChatClient {
  return {
    async chat(call) {
      const { deployment } = call;
      const deadline = createDeadline(deployment.timeout, call.signal);
      try {
        const region = statedRegion(placeOf(deployment)) ?? (await findRegion(deployment));
        const preset =
          findPreset(deployment.ref) ??
          (await abortable(lookUpPreset({ deployment, region }), deadline.signal));
        const route = createRoute(deployment.ref, preset, deployment);
        const invoke = route.wire.name === "converse" ? undefined : toInvokeHeaders(call.request.extra);
        const request =
          invoke && invoke.rest !== call.request.extra
            ? { ...call.request, extra: invoke.rest }
            : call.request;
        const prepared = prepareCall(request, route, { ...deployment, unsupported: call.unsupported ?? [] });
        const body = isLargeJson(prepared.body)
          ? await encodeJsonInTurns(prepared.body)
          : JSON.stringify(prepared.body);
        const context = { call, route, prepared, deadline };
        const bedrockCall = toBedrockCall(context, { region, headers: invoke?.headers, body });
        return call.stream
          ? toStreamAnswer(await transport.invokeStream(bedrockCall), region, context)
          : toWholeAnswer(await transport.invoke(bedrockCall), region, context);
      } catch (error) {
        deadline.dispose();
        throw error;
      }
    },
  };

  function findRegion(deployment: Deployment): Promise<string> {
    return resolveRegion({ ...placeOf(deployment), env: env(), profile: deployment.auth.profile });
  }
}

function placeOf({ region, ref }: Deployment) {
  return { explicit: region, ref };
}

function toStreamAnswer(answer: StreamAnswer, region: string, context: SendContext): ChatAnswer {
  return toAnswer(answer, streamEvents(answer, context), { region, context });
}

function toWholeAnswer(answer: WholeAnswer, region: string, context: SendContext): ChatAnswer {
  const reader = readerFor(context, { whole: true, headerUsage: answer.headers.usage });
  const events = [...reader.push(answer.json), ...reader.end()];
  context.deadline.dispose();
  return toAnswer(answer, new OneBatch(events), { region, context });
}

function toAnswer(
  { headers, coldWaitMs }: StreamAnswer | WholeAnswer,
  events: ChatAnswer["events"],
  { region, context }: { readonly region: string; readonly context: SendContext },
): ChatAnswer {
  const { requestId } = headers;
  return { events, warnings: context.prepared.warnings, requestId, region, coldWaitMs };
}

interface SendContext {
  readonly call: ChatCall;
  readonly route: Route;
  readonly prepared: PreparedCall;
  readonly deadline: Deadline;
}

function toBedrockCall(
  { call, route, deadline }: SendContext,
  {
    region,
    headers,
    body,
  }: {
    readonly region: string;
    readonly headers: BedrockCall["headers"];
    readonly body: BedrockCall["body"];
  },
): BedrockCall {
  const { deployment } = call;
  return {
    region,
    operation: call.stream ? route.wire.streamOperation : route.wire.operation,
    modelId: deployment.ref.modelId,
    body,
    headers: { ...headers, ...deployment.headers },
    auth: deployment.auth,
    endpoint: deployment.endpoint,
    maxRetries: deployment.maxRetries,
    coldStartTimeout: deployment.coldStartTimeout,
    signal: deadline.signal,
    deadline: deadline.at,
    onColdStart: call.onColdStart,
    onRetry: call.onRetry,
    onSend: call.onSend,
  };
}

function readerFor(
  { route, prepared }: SendContext,
  options: Pick<Parameters<typeof createAnswerReader>[0], "whole" | "headerUsage">,
) {
  return createAnswerReader({
    createGrammar: () =>
      prepared.verbatim
        ? createVerbatimGrammar()
        : route.family.createGrammar({ ...prepared.grammarOptions, createCallId }),
    stop: prepared.stop,
    ...options,
  });
}

function createCallId(): string {
  return `call_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
}

async function* streamEvents(
  answer: StreamAnswer,
  context: SendContext,
): AsyncGenerator<readonly ChatEvent[]> {
  const { deadline } = context;
  const reader = readerFor(context, { whole: false, headerUsage: answer.headers.usage });
  let ended = false;
  try {
    for await (const messages of answer.messages) {
      const events: ChatEvent[] = [];
      for (const message of messages) for (const event of pushMessage(reader, message)) events.push(event);
      if (events.length > 0) yield events;
    }
    ended = true;
    yield reader.end();
  } finally {
    // Before the end the consumer has left, or the stream has failed: the upstream call ends.
    if (!ended) deadline.cancel(new OutcropError("cancelled", "The stream was left."));
    deadline.dispose();
  }
}

/** Converse's events are known by their names, the chunks of the other wires by their shape. */
function pushMessage(reader: AnswerReader, message: StreamMessage): readonly ChatEvent[] {
  if (message.event === "done") {
    reader.pushDone();
    return [];
  }
  if (message.event === "whole") reader.pushDone();
  if (message.event === "chunk" || message.event === "whole") return reader.push(message.json);
  // AWS may add events; its own clients skip those that they don't know.
  return isConverseEvent(message.event) ? reader.push({ [message.event]: message.json }) : [];
}
