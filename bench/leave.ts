/** Times how long after a client has left its stream the call at Bedrock ends. The goal is 100 ms. */
import { once } from "node:events";
import { type ServerResponse, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { startGateway } from "../test/local-bedrock.ts";

const visits = Number(process.argv[2] ?? 200);

/** A Bedrock that says one word and no more, and tells when it is left. */
const upstream = createServer((incoming, response) => {
  incoming.resume();
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write('data: {"choices":[{"index":0,"delta":{"content":"One"},"finish_reason":null}]}\n\n');
  response.once("close", () => left.resolve(response));
}).listen(0, "127.0.0.1");
await once(upstream, "listening");
let left = Promise.withResolvers<ServerResponse>();

Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" });
const model = "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";
const base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
const gateway = await startGateway(
  `model_list: [{model_name: m, litellm_params: {model: "${model}", api_base: "${base}"}}]`,
);

const taken: number[] = [];
for (let visit = 0; visit < visits; visit++) taken.push(await visitAndLeave());
await gateway.close(0);
upstream.close();

const sorted = taken.toSorted((one, other) => one - other);
const at = (share: number) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
console.log(`ms from the client's leave to the end of the call at Bedrock, ${visits} visits`);
console.log(`median ${at(0.5)}  p99 ${at(0.99)}  max ${at(1)}`);

async function visitAndLeave(): Promise<number> {
  left = Promise.withResolvers();
  const outgoing = request(`${gateway.url}/v1/chat/completions`, { method: "POST", agent: false });
  outgoing.on("error", () => undefined);
  outgoing.end(JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "Hi" }] }));
  const [response] = await once(outgoing, "response");
  await once(response, "data");
  const started = performance.now();
  outgoing.destroy();
  await left.promise;
  return performance.now() - started;
}
