import type { CancelSignal, ChatCall, ChatClient, ChatEvent, ErrorCode, Usage } from "@outcrop/sdk";
import { OutcropError } from "@outcrop/sdk";

/** What a fake deployment does with one call. */
export type Behaviour =
  | {
      readonly do: "answer";
      readonly text?: string;
      readonly usage?: Usage;
      readonly events?: readonly ChatEvent[];
    }
  | { readonly do: "fail"; readonly code: ErrorCode; readonly retryAfter?: number; readonly param?: string }
  /** Answers some text, and then the failure, silence, or an end without `finish`. */
  | { readonly do: "break"; readonly code: ErrorCode }
  | { readonly do: "stall"; readonly deaf?: boolean }
  | { readonly do: "end-early" }
  /** Never answers; `deaf` not even to the signal. */
  | { readonly do: "hang"; readonly deaf?: boolean; readonly cold?: boolean };

export type Plan = (id: string, call: ChatCall, attempt: number) => Behaviour;

export interface FakeClient extends ChatClient {
  /** Every call, with the id of its deployment. */
  readonly calls: { readonly id: string; readonly call: ChatCall }[];
  /** The ids, in the order of the calls. */
  ids(): readonly string[];
  plan: Plan;
  /** Answers that are open. */
  open(): number;
}

export const usage: Usage = { promptTokens: 10, completionTokens: 5 };

/** Talks to nobody. What it does is planned for each deployment, whose id is the last part of its model string. */
export function createFakeClient(plan: Plan = () => ({ do: "answer" })): FakeClient {
  let opened = 0;
  const client: FakeClient = {
    calls: [],
    plan,
    ids: () => client.calls.map(({ id }) => id),
    open: () => opened,
    async chat(call) {
      const id = call.deployment.ref.modelId;
      client.calls.push({ id, call });
      const behaviour = client.plan(id, call, client.ids().filter((other) => other === id).length);
      await Promise.resolve();
      if (behaviour.do === "fail") throw failure(behaviour);
      if (behaviour.do === "hang") await hang(call, behaviour);
      return {
        events: track(eventsOf(behaviour, call)),
        warnings: [],
        requestId: `request-${id}`,
        region: "us-east-1",
      };
    },
  };

  async function* track(events: AsyncIterable<readonly ChatEvent[]>): AsyncGenerator<readonly ChatEvent[]> {
    opened += 1;
    try {
      yield* events;
    } finally {
      opened -= 1;
    }
  }

  return client;
}

function failure({
  code,
  retryAfter,
  param,
}: {
  code: ErrorCode;
  retryAfter?: number;
  param?: string;
}): OutcropError {
  return new OutcropError(code, `planned: ${code}`, { retryAfter, param });
}

async function hang(call: ChatCall, { deaf, cold }: { deaf?: boolean; cold?: boolean }): Promise<void> {
  if (cold)
    call.onColdStart?.({ modelId: call.deployment.ref.modelId, waitedMs: 0, attempt: 1, nextTryMs: 5000 });
  await untilAborted(deaf ? undefined : call.signal);
}

async function* eventsOf(behaviour: Behaviour, call: ChatCall): AsyncGenerator<readonly ChatEvent[]> {
  if (behaviour.do === "end-early") return;
  if (behaviour.do === "answer" && behaviour.events) return yield behaviour.events;
  const text: ChatEvent = {
    type: "text-delta",
    choice: 0,
    text: behaviour.do === "answer" ? (behaviour.text ?? "hi") : "hi",
  };
  const finish: ChatEvent = {
    type: "finish",
    reasons: ["stop"],
    usage: behaviour.do === "answer" ? (behaviour.usage ?? usage) : usage,
  };
  if (!call.stream && behaviour.do === "answer") return yield [text, finish];
  yield [text];
  if (behaviour.do === "break") throw failure(behaviour);
  if (behaviour.do === "stall") await untilAborted(behaviour.deaf ? undefined : call.signal);
  yield [finish];
}

function untilAborted(signal: CancelSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
