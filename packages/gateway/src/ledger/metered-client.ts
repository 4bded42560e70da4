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
}

/** How it has ended. */
export interface CallEnd {
  readonly outcome: Outcome;
  /** Milliseconds since the epoch: when it first went to AWS, and when it did so last. */
  readonly askedAt: number;
  readonly sentAt: number;
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
   * Told once of every call: with its end, or with nothing if AWS has refused or never seen it. Its reader gets the end of the answer when
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
      const record = createRecord({ deployment: call.deployment, cause }, { meter, now });
      try {
        const answer = await client.chat({ ...call, onSend: record.sent }, cause);
        record.answered(answer.region);
        return { ...answer, events: recordEvents(answer.events, record) };
      } catch (error) {
        await record.end(outcomeWithoutAnswer(error));
        throw error;
      }
    },
  };
}

/** What is taken down of one call. */
interface CallRecord {
  sent(this: void): void;
  answered(region: string): void;
  /** Only the first end counts. */
  end(outcome: Outcome | undefined, usage?: Usage): Promise<void>;
}

function createRecord(
  call: MeteredCall,
  { meter, now }: Pick<MeteredOptions<UpstreamClient>, "meter" | "now">,
): CallRecord {
  let askedAt: number | undefined;
  let sentAt = now();
  let answeredAt: number | undefined;
  let region: string | undefined;
  let isOver = false;
  meter.began(call);
  return {
    sent() {
      sentAt = now();
      askedAt ??= sentAt;
    },
    answered(where) {
      region = where;
      answeredAt = now();
    },
    async end(outcome, usage) {
      if (isOver) return;
      isOver = true;
      // Whoever leaves while standing in line for a cold model has not been to AWS.
      const isSent = askedAt !== undefined || answeredAt !== undefined;
      const times = { askedAt: askedAt ?? sentAt, sentAt, answeredAt, endedAt: now() };
      await meter.ended(call, outcome && isSent ? { outcome, ...times, usage, region } : undefined);
    },
  };
}

async function* recordEvents(
  events: ChatAnswer["events"],
  record: CallRecord,
): AsyncGenerator<readonly ChatEvent[]> {
  try {
    for await (const batch of events) {
      const finish = batch.find((event) => event.type === "finish");
      if (finish) await record.end("succeeded", finish.usage);
      yield batch;
    }
  } catch (error) {
    await record.end(isCancelled(error) ? "left" : "failed");
    throw error;
  } finally {
    // Nothing happens here after an end; before it, the reader has gone.
    await record.end("left");
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
