import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChatEvent, type JsonObject, OutcropError } from "@outcrop/sdk";
import type { Dialect, DialectCall } from "../../src/dialects/dialect.ts";
import { foldEvents } from "./chat-events.ts";

/** What the model does in the next answer: its events, and perhaps a failure after them. */
export interface Script {
  readonly events: readonly ChatEvent[];
  readonly failure?: OutcropError;
}

/** A server that speaks one client API and answers by script; it stands where the gateway will. */
export interface DialectServer extends AsyncDisposable {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  play(script: Script): void;
  /** The last call that was read. */
  readonly lastCall: DialectCall | undefined;
}

export const identity = {
  id: "0123456789abcdef0123456789abcdef",
  created: 1_790_000_000,
  model: "house-model",
};

export async function startDialectServer(dialect: Dialect): Promise<DialectServer> {
  let script: Script = { events: [] };
  let lastCall: DialectCall | undefined;
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      lastCall = dialect.parse(await readJson(request));
      if (lastCall.stream) writeStream(response, lastCall);
      else writeWhole(response, lastCall);
    } catch (error) {
      const failure = error instanceof OutcropError ? error : new OutcropError("internal", String(error));
      response.writeHead(failure.status, { "content-type": "application/json" });
      response.end(JSON.stringify(dialect.encodeError(failure)));
    }
  }

  function writeWhole(response: ServerResponse, call: DialectCall): void {
    if (script.failure) throw script.failure;
    const body = JSON.stringify(call.encodeWhole(foldEvents(script.events), identity));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(body);
  }

  function writeStream(response: ServerResponse, call: DialectCall): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(streamText(call, script));
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play: (next) => {
      script = next;
    },
    get lastCall() {
      return lastCall;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The whole text of a stream, as the gateway writes it. */
export function streamText(call: DialectCall, { events, failure }: Script): string {
  const encoder = call.createStreamEncoder(identity);
  let text = "";
  try {
    for (const event of events) text += encoder.push(event);
    return text + (failure ? encoder.fail(failure) : encoder.end());
  } catch (error) {
    return text + encoder.fail(error as OutcropError);
  }
}

/** The events of a stream's text: their names and their data. */
export function readEvents(
  text: string,
): readonly { event: string | undefined; data: JsonObject | "[DONE]" }[] {
  if (!text.endsWith("\n\n")) throw new Error("the last event is not closed");
  return text
    .slice(0, -2)
    .split("\n\n")
    .map((block) => {
      const lines = block.split("\n");
      const data = lines.at(-1) ?? "";
      if (!data.startsWith("data: ") || lines.length > 2) throw new Error(`not an event: ${block}`);
      const json = data.slice("data: ".length);
      return {
        event: lines.length === 2 ? lines[0]?.replace("event: ", "") : undefined,
        data: json === "[DONE]" ? json : (JSON.parse(json) as JsonObject),
      };
    });
}

/** All items of a stream. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function readJson(request: IncomingMessage): Promise<JsonObject> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return JSON.parse(text) as JsonObject;
}
