import { type Agent, type IncomingMessage, request } from "node:http";
import { type JsonObject, isJsonObject, parseJson } from "@outcrop/sdk";
import type { ClientApi } from "./client-apis.ts";

/** What became of a request. */
export interface Outcome {
  readonly status: number;
  /** The group that answered. */
  readonly group: string;
  readonly text: string;
  /** The answer came whole, as its API says it. */
  readonly complete: boolean;
  /** What the answer says went wrong. */
  readonly error: JsonObject | undefined;
}

export interface Question {
  readonly api: ClientApi;
  readonly model: string;
  readonly prompt: string;
  readonly stream: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a client waits before it counts a request as hung; far beyond every deadline of these tests. */
const patience = 20_000;

/** Asks the gateway, and reads the answer to whatever end it has. */
export async function ask(url: string, agent: Agent, question: Question): Promise<Outcome> {
  const { api, model, prompt, stream, headers } = question;
  const response = await send(url + api.path, agent, {
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ ...api.body(model, prompt), stream }),
  });
  const body = await read(response);
  const { statusCode: status = 0 } = response;
  const group = String(response.headers["x-litellm-model-group"] ?? "");
  const isStream = String(response.headers["content-type"]).startsWith("text/event-stream");
  const answer = isStream ? readStream(api, body) : readWhole(api, status, body);
  return { status, group, ...answer };
}

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function send(url: string, agent: Agent, { headers, body }: Sent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", agent, headers, signal: AbortSignal.timeout(patience) });
    outgoing.on("response", resolve).on("error", reject).end(body);
  });
}

/** The body as far as it came. @throws when the server breaks the connection. */
async function read(response: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of response.setEncoding("utf8") as AsyncIterable<string>) body += part;
  return body;
}

type Answer = Pick<Outcome, "text" | "complete" | "error">;

function readWhole(api: ClientApi, status: number, body: string): Answer {
  const json = parseJson(body);
  if (!isJsonObject(json)) throw new Error(`not a JSON object: ${body.slice(0, 200)}`);
  const error = isJsonObject(json.error) ? json.error : undefined;
  return { text: status === 200 ? api.whole(json) : "", complete: status === 200, error };
}

function readStream(api: ClientApi, body: string): Answer {
  let text = "";
  let complete = false;
  let error: JsonObject | undefined;
  for (const event of eventsOf(body)) {
    if (complete) throw new Error("an event came after the end");
    if (api.isEnd(event)) complete = true;
    else if (event === "[DONE]") throw new Error("an end mark of another API");
    else {
      text += api.delta(event);
      if (isJsonObject(event.error)) error = event.error;
    }
  }
  return { text, complete, error };
}

function eventsOf(body: string): readonly (JsonObject | "[DONE]")[] {
  if (!body.endsWith("\n\n")) throw new Error(`the last event is cut: ${body.slice(-80)}`);
  return body
    .slice(0, -2)
    .split("\n\n")
    .map((event) => {
      const data = event.slice(event.indexOf("data: ") + "data: ".length);
      if (data === "[DONE]") return data;
      const json = parseJson(data);
      if (!isJsonObject(json)) throw new Error(`not an event: ${event.slice(0, 200)}`);
      return json;
    });
}
