import { createFaultSwitch } from "../fault-switch.ts";
import type { Redactor } from "../redact.ts";
import type { RequestObserver } from "../request-record.ts";
import { createBatchQueue } from "./batch-queue.ts";
import { toLogPayload } from "./to-log-payload.ts";

export interface GenericApiOptions {
  /** Where summaries are posted (GENERIC_LOGGER_ENDPOINT). */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
  /** Told when the endpoint does not take them; once, until it does again. */
  readonly onFault: (error: unknown) => void;
  readonly fetch?: typeof fetch;
  /** Unix time in milliseconds. */
  readonly now?: () => number;
}

/** LiteLLM's callback `generic_api`. */
export interface GenericApi {
  readonly observer: RequestObserver;
  close(): Promise<void>;
}

/** Milliseconds for one POST. */
const patience = 10_000;

/** Posts summaries of requests, as JSON lists. */
export function createGenericApi(options: GenericApiOptions): GenericApi {
  const { endpoint, headers, redactor, onFault, fetch: post = fetch, now = Date.now } = options;
  const fault = createFaultSwitch(onFault);
  const queue = createBatchQueue<object>({
    onFault: (error) => fault.fail(error),
    async send(batch) {
      const answer = await post(endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(redactor.value(batch)),
        // A redirect would carry the headers to where the operator has not sent them.
        redirect: "error",
        signal: AbortSignal.timeout(patience),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`GENERIC_LOGGER_ENDPOINT answers ${answer.status}`);
      fault.recover();
    },
  });
  return {
    observer: { finished: (record) => queue.add(toLogPayload(record, now())) },
    close: () => queue.close(),
  };
}
