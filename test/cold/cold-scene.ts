import { Agent, request as httpRequest } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, type ReceivedRequest, createEmulator } from "@outcrop/emulator";
import { type ChatRequest, type OutcropClient, createClient, parseDeployment } from "@outcrop/sdk";
import { resolveAccess } from "../../packages/gateway/src/config/access.ts";
import { loadConfig } from "../../packages/gateway/src/config/load-config.ts";
import { type Gateway, createGateway } from "../../packages/gateway/src/gateway.ts";
import { type FastClock, createFastClock } from "./fast-clock.ts";

/** The end of an imported model's ARN has twelve characters. */
export const idOf = (name: string) => name.padEnd(12, "0");

export const arnOf = (name: string) => `arn:aws:bedrock:us-east-1:123456789012:imported-model/${idOf(name)}`;

/** A gateway before an emulator, both on one fast clock. */
export interface ColdScene {
  readonly clock: FastClock;
  readonly emulator: Emulator;
  readonly client: OutcropClient;
  readonly gateway: Gateway;
  /** The requests, in the order in which the gateway gave them to its client, and when that was. */
  readonly arrivals: readonly Arrival[];
  /** What was sent to Bedrock, in that order: on the way connections may pass each other. */
  readonly sent: readonly Sending[];
  /** Refusals and cold starts of a model, by the emulator's own books. */
  fleetOf(name: string): { readonly refusals: number; readonly coldStarts: number };
  /** Calls of models; the control plane is asked too. */
  readonly calls: () => readonly ReceivedRequest[];
  /** How often a model was called. */
  callsTo(name: string): number;
  ask(body: object, headers?: Record<string, string>, more?: AskOptions): Promise<Reply>;
  /** As the gateway sees it. */
  warmthOf(name: string): string | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface AskOptions {
  readonly path?: string;
  readonly signal?: AbortSignal;
}

export interface Arrival {
  readonly request: ChatRequest;
  /** Milliseconds since the epoch, on the scene's clock. */
  readonly at: number;
}

export interface Sending {
  readonly body: string;
  readonly at: number;
}

/** What came back over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface ColdSceneOptions extends EmulatorOptions {
  readonly speed?: number;
  readonly config: string;
}

export const modelsNamed = (...names: readonly string[]) =>
  names.map((name) => ({ arn: arnOf(name), name, architecture: "qwen3" as const }));

/** A line of `model_list`. */
export const entryOf = (name: string, more = "") => `
  - model_name: ${name}
    litellm_params:
      model: bedrock/openai/${arnOf(name)}${more}`;

export async function createColdScene({
  speed = 100,
  config,
  ...options
}: ColdSceneOptions): Promise<ColdScene> {
  const clock = createFastClock(speed);
  const emulator = await createEmulator({ ...options, now: clock.now });
  // A key, as signatures would expire on a clock that runs ahead of a busy machine.
  const env = () => ({
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: emulator.url,
    AWS_ENDPOINT_URL_BEDROCK: emulator.url,
    AWS_BEARER_TOKEN_BEDROCK: emulator.apiKey,
  });
  const runtime = { now: () => clock.now(), sleep: clock.sleep, env };
  const arrivals: Arrival[] = [];
  const sent: Sending[] = [];
  const plain = createClient({
    runtime,
    fetch(url, init) {
      sent.push({ body: Buffer.from(init.body ?? "").toString(), at: clock.now() });
      return fetch(url, init);
    },
  });
  const client: OutcropClient = {
    ...plain,
    chat(call) {
      arrivals.push({ request: call.request, at: clock.now() });
      return plain.chat(call);
    },
  };
  const gateway = await startGateway(config, { client, clock });
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const ledgerOf = (name: string) =>
    emulator.ledger().models.find(({ modelId, modelName }) => modelId === name || modelName === name)?.fleet;
  const calls = () => emulator.requests().filter(({ operation }) => operation !== "GetImportedModel");
  return {
    clock,
    emulator,
    client,
    gateway,
    arrivals,
    sent,
    fleetOf: (name) => {
      const { refusals = 0, coldStarts = 0 } = ledgerOf(name) ?? {};
      return { refusals, coldStarts };
    },
    calls,
    callsTo: (name) => calls().filter(({ modelId }) => modelId?.endsWith(`/${idOf(name)}`)).length,
    ask: (body, headers = {}, { path = "/v1/chat/completions", signal } = {}) =>
      post(`${gateway.url}${path}`, { body, headers, signal, agent }),
    warmthOf: (name) => client.warmthOf(parseDeployment({ model: `bedrock/openai/${arnOf(name)}` }))?.state,
    async [Symbol.asyncDispose]() {
      await gateway.close(0);
      await client.close();
      await emulator.close();
      agent.destroy();
    },
  };
}

async function startGateway(
  text: string,
  parts: { client: OutcropClient; clock: FastClock },
): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), "outcrop-cold-"));
  try {
    const path = join(folder, "config.yaml");
    await writeFile(path, text);
    const { config, findings } = await loadConfig(path, { env: {} });
    if (!config) throw new Error(JSON.stringify(findings));
    const access = resolveAccess(config, { host: "127.0.0.1", env: {} });
    return await createGateway({ config, access, port: 0, env: {}, write: () => undefined, ...parts });
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Posting {
  readonly body: object;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal | undefined;
  readonly agent: Agent;
}

function post(url: string, { body, headers, signal, agent }: Posting): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      { method: "POST", agent, signal, headers: { "content-type": "application/json", ...headers } },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => (text += piece));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
        response.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify(body));
  });
}
