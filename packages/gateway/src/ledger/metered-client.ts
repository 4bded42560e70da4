import {
  type ChatAnswer,
  type ChatCall,
  type ChatEvent,
  type Deployment,
  OutcropError,
  type Usage,
  wholeOf,
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
   * this has resolved, or at once if there is nothing to wait for; it must not reject.
   */
  ended(call: MeteredCall, end: CallEnd | undefined): Promise<void> | undefined;
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
      const record = new CallRecord({ deployment: call.deployment, cause }, { meter, now });
      try {
        const answer = await client.chat({ ...call, onSend: record.sent }, cause);
        record.answered(answer.region);
        const whole = wholeOf(answer.events);
        if (!whole) return { ...answer, events: new RecordedEvents(answer.events, record) };
        const noted = record.end("succeeded", usageOf(whole));
        if (noted) await noted;
        return answer;
      } catch (error) {
        await record.end(outcomeWithoutAnswer(error));
        throw error;
      }
    },
  };
}

/** What is taken down of one call. */
class CallRecord {
  readonly #call: MeteredCall;
  readonly #meter: Meter;
  readonly #now: () => number;
  #askedAt: number | undefined;
  #sentAt: number;
  #answeredAt: number | undefined;
  #region: string | undefined;
  #isOver = false;

  constructor(call: MeteredCall, { meter, now }: Pick<MeteredOptions<UpstreamClient>, "meter" | "now">) {
    this.#call = call;
    this.#meter = meter;
    this.#now = now;
    this.#sentAt = now();
    meter.began(call);
  }

  readonly sent = (): void => {
    this.#sentAt = this.#now();
    this.#askedAt ??= this.#sentAt;
  };

  answered(region: string): void {
    this.#region = region;
    this.#answeredAt = this.#now();
  }

  /** Only the first end counts. */
  end(outcome: Outcome | undefined, usage?: Usage): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    const sentAt = this.#sentAt;
    const [askedAt, answeredAt] = [this.#askedAt, this.#answeredAt];
    // Whoever leaves while standing in line for a cold model has not been to AWS.
    const isSent = askedAt !== undefined || answeredAt !== undefined;
    const end: CallEnd | undefined =
      outcome && isSent
        ? {
            outcome,
            askedAt: askedAt ?? sentAt,
            sentAt,
            answeredAt,
            endedAt: this.#now(),
            usage,
            region: this.#region,
          }
        : undefined;
    return this.#meter.ended(this.#call, end);
  }
}

/** An answer's events on their way to the reader; how they end is taken down. */
class RecordedEvents implements AsyncIterableIterator<readonly ChatEvent[], undefined> {
  readonly #events: AsyncIterator<readonly ChatEvent[]>;
  readonly #record: CallRecord;

  constructor(events: ChatAnswer["events"], record: CallRecord) {
    this.#events = events[Symbol.asyncIterator]();
    this.#record = record;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<readonly ChatEvent[], undefined>> {
    try {
      const result = await this.#events.next();
      if (result.done === true) {
        // Nothing happens here after an end.
        await this.#record.end("left");
        return { done: true, value: undefined };
      }
      if (isLast(result.value)) await this.#record.end("succeeded", usageOf(result.value));
      return result;
    } catch (error) {
      await this.#record.end(isCancelled(error) ? "left" : "failed");
      throw error;
    }
  }

  /** The reader has gone. */
  async return(): Promise<IteratorResult<readonly ChatEvent[], undefined>> {
    await this.#events.return?.();
    await this.#record.end("left");
    return { done: true, value: undefined };
  }
}

function isLast(batch: readonly ChatEvent[]): boolean {
  return batch.at(-1)?.type === "finish";
}

function usageOf(batch: readonly ChatEvent[]): Usage | undefined {
  const last = batch.at(-1);
  return last?.type === "finish" ? last.usage : undefined;
}

/** A model works on for whom it has lost; what it has refused costs nothing. */
function outcomeWithoutAnswer(error: unknown): Outcome | undefined {
  if (isCancelled(error)) return "left";
  return error instanceof OutcropError && error.code === "timeout" ? "failed" : undefined;
}

function isCancelled(error: unknown): boolean {
  return error instanceof OutcropError && error.code === "cancelled";
}
