import {
  type ChatAnswer,
  type ChatCall,
  type ChatEvent,
  type Deployment,
  OutcropError,
  type Usage,
} from "@outcrop/sdk";
import type { CallCause, UpstreamClient } from "../routing/upstream-client.ts";
import type { Outcome } from "./call.ts";

/** A call on its way through AWS. */
export interface MeteredCall {
  readonly deployment: Deployment;
  /** Absent for what the gateway does of itself. */
  readonly cause: CallCause | undefined;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
}

/** How it has ended. */
export interface CallEnd {
  readonly outcome: Outcome;
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
  readonly usage: Usage | undefined;
  /** Absent where AWS has not answered. */
  readonly region: string | undefined;
}

/** Keeps the books of calls. */
export interface Meter {
  began(call: MeteredCall): void;
  /**
   * Told once of every call: with its end, or with nothing if AWS has refused it. Its reader gets the end of the answer when
   * this has resolved; it must not reject.
   */
  ended(call: MeteredCall, end: CallEnd | undefined): Promise<void>;
}

export interface MeteredOptions<Client extends UpstreamClient> {
  readonly client: Client;
  readonly meter: Meter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A client that tells a meter of every call. The last of an answer is held until the meter has taken it down. */
export function createMeteredClient<Client extends UpstreamClient>({
  client,
  meter,
  now,
}: MeteredOptions<Client>): Client {
  return {
    ...client,
    async chat(call: ChatCall, cause?: CallCause): Promise<ChatAnswer> {
      const metered = { deployment: call.deployment, cause, sentAt: now() };
      meter.began(metered);
      try {
        const answer = await client.chat(call, cause);
        return { ...answer, events: meterEvents(answer, { metered, meter, now }) };
      } catch (error) {
        const outcome = outcomeWithoutAnswer(error);
        const facts = { answeredAt: undefined, endedAt: now(), usage: undefined, region: undefined };
        await meter.ended(metered, outcome && { ...facts, outcome });
        throw error;
      }
    },
  };
}

interface EventContext extends Pick<MeteredOptions<UpstreamClient>, "meter" | "now"> {
  readonly metered: MeteredCall;
}

async function* meterEvents(
  { events, region }: Pick<ChatAnswer, "events" | "region">,
  { metered, meter, now }: EventContext,
): AsyncGenerator<readonly ChatEvent[]> {
  let answeredAt: number | undefined;
  let isOver = false;
  const end = (outcome: Outcome, usage?: Usage): Promise<void> => {
    if (isOver) return Promise.resolve();
    isOver = true;
    return meter.ended(metered, { outcome, answeredAt, endedAt: now(), usage, region });
  };
  try {
    for await (const batch of events) {
      answeredAt ??= now();
      const finish = batch.find((event) => event.type === "finish");
      if (finish) await end("succeeded", finish.usage);
      yield batch;
    }
  } catch (error) {
    await end(isCancelled(error) ? "left" : "failed");
    throw error;
  } finally {
    // Nothing happens here after an end; before it, the reader has gone.
    await end("left");
  }
}

/** A model works on for whom it has lost; what it has refused costs nothing. */
function outcomeWithoutAnswer(error: unknown): Outcome | undefined {
  if (isCancelled(error)) return "left";
  return error instanceof OutcropError && error.code === "timeout" ? "failed" : undefined;
}

function isCancelled(error: unknown): boolean {
  return error instanceof OutcropError && error.code === "cancelled";
}
