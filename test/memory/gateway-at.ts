import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { type ClientHttp2Stream, connect } from "node:http2";
import type { Readable } from "node:stream";
import type { Gateway } from "../../packages/gateway/src/gateway.ts";
import { startGateway } from "../local-bedrock.ts";

/** A request of a client API. */
export interface Ask {
  readonly path: string;
  readonly body: object;
}

/** A gateway whose models are all at the same place; each is called by a name that stands in its id too. */
export function startGatewayAt(url: string, models: Readonly<Record<string, string>>): Promise<Gateway> {
  const keys = "aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: secret";
  const entries = Object.entries(models).map(([name, route]) => {
    const arn = `arn:aws:bedrock:us-east-1:123456789012:imported-model/${name.padEnd(12, "0")}`;
    return `  - {model_name: ${name}, litellm_params: {model: "bedrock/${route}/${arn}", api_base: "${url}", ${keys}}}`;
  });
  return startGateway(`model_list:\n${entries.join("\n")}\nrouter_settings: {num_retries: 0}\n`);
}

/** The answer to a request over HTTP/1.1, of which nothing is read yet. */
export async function askHttp1(url: string, { path, body }: Ask): Promise<IncomingMessage> {
  const outgoing = request(url + path, { method: "POST", agent: false });
  outgoing.end(JSON.stringify(body));
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  return response;
}

/** The same over HTTP/2, on a connection of its own that ends with the answer. */
export async function askHttp2(url: string, { path, body }: Ask): Promise<ClientHttp2Stream> {
  const connection = connect(url);
  const stream = connection.request({ ":method": "POST", ":path": path });
  stream.end(JSON.stringify(body));
  stream.once("close", () => connection.close());
  await once(stream, "response");
  return stream;
}

/** The numbers of the pieces, in the order in which they came. */
export async function numbersIn(stream: Readable, beforeEach?: () => Promise<unknown>): Promise<number[]> {
  const numbers: number[] = [];
  let rest = "";
  for await (const chunk of stream.setEncoding("utf8") as AsyncIterable<string>) {
    await beforeEach?.();
    rest += chunk;
    for (const [, number] of rest.matchAll(/\[(\d+)\]x/g)) numbers.push(Number(number));
    rest = rest.slice(Math.max(rest.lastIndexOf("]x") + 2, rest.length - 16));
  }
  return numbers;
}
