import { isJsonObject } from "@outcrop/sdk";

/** A gateway that runs, as a client sees it. */
export interface RunningGateway {
  readonly url: string;
  readonly key: string | undefined;
  readonly write: (text: string) => void;
}

/** `--health`: prints what `GET /health` says. @returns the exit code: 0 where no model is unhealthy. */
export async function askHealth(gateway: RunningGateway): Promise<number> {
  const { ok, body } = await ask(gateway, "/health");
  return ok && isJsonObject(body) && body.unhealthy_count === 0 ? 0 : 1;
}

/** `--test`: prints the answer to one chat call, of the first model where none is named. @returns the exit code. */
export async function testChat(gateway: RunningGateway, model: string | undefined): Promise<number> {
  const name = model ?? (await firstModel(gateway));
  const messages = [{ role: "user", content: "This is a test request: answer with one short sentence." }];
  const { ok } = await ask(gateway, "/v1/chat/completions", { model: name, messages, max_tokens: 256 });
  return ok ? 0 : 1;
}

async function firstModel(gateway: RunningGateway): Promise<string | undefined> {
  const { body } = await ask({ ...gateway, write: () => undefined }, "/v1/models");
  const [first] = isJsonObject(body) && Array.isArray(body.data) ? body.data : [];
  return isJsonObject(first) && typeof first.id === "string" ? first.id : undefined;
}

interface Answer {
  readonly ok: boolean;
  readonly body: unknown;
}

/** Prints what comes; a gateway that is not there is an answer too. */
async function ask({ url, key, write }: RunningGateway, path: string, body?: object): Promise<Answer> {
  const headers = {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const post = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  try {
    const response = await fetch(new URL(path, url), { headers, ...post });
    const json: unknown = await response.json();
    write(`${JSON.stringify(json, null, 2)}\n`);
    return { ok: response.ok, body: json };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    write(`There is no answer from ${url}${cause}\n`);
    return { ok: false, body: undefined };
  }
}
