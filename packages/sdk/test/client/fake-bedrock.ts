import { type ClientOptions, type OutcropClient, createClient } from "../../src/client/create-client.ts";
import type { HttpRequest, HttpResponse } from "../../src/bedrock/transport.ts";
import type { JsonObject } from "../../src/core/json.ts";

/** What a fake Bedrock answers: a JSON with status 200, or more. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: JsonObject;
}

/** A client in front of a fake Bedrock, and what was sent to it. */
export interface FakeBedrock {
  readonly client: OutcropClient;
  readonly sent: readonly {
    readonly url: string;
    readonly headers: HttpRequest["headers"];
    readonly body: JsonObject;
  }[];
}

export const answered: JsonObject = {
  generation: "Hello",
  prompt_token_count: 3,
  generation_token_count: 1,
  stop_reason: "stop",
};

/** Answers every request with the next answer; the last one stays. */
export function createFakeBedrock(
  answers: readonly FakeAnswer[] = [{ json: answered }],
  options: ClientOptions = {},
): FakeBedrock {
  const sent: { url: string; headers: HttpRequest["headers"]; body: JsonObject }[] = [];
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    const text = request.body ? Buffer.from(request.body).toString("utf8") : "{}";
    sent.push({
      url: request.origin + request.path,
      headers: request.headers,
      body: JSON.parse(text) as JsonObject,
    });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    return {
      status: answer?.status ?? 200,
      headers: { "content-type": "application/json", ...answer?.headers },
      body: (async function* () {
        yield Buffer.from(JSON.stringify(answer?.json ?? {}));
      })(),
    };
  };
  const env = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
  const sleep = async () => undefined;
  return {
    client: createClient({ ...options, runtime: { env: () => env, sleep, ...options.runtime, send } }),
    sent,
  };
}
