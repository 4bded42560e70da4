import { Agent, type IncomingMessage, request } from "node:http";

/** Where the traffic goes. */
export interface TrafficTarget {
  readonly url: string;
  readonly key: string;
  readonly models: readonly string[];
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** All kinds of requests, one after the other, as a gateway meets them in a bad week. */
export interface Traffic {
  /** Sends one, and waits for whatever becomes of it. */
  one(): Promise<void>;
  /** How often each status was answered; 0: the connection was lost, or left. */
  readonly statuses: ReadonlyMap<number, number>;
  close(): void;
}

interface Planned {
  readonly path: string;
  /** Absent: it is a GET. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the client does with the answer. */
  readonly reads?: "slowly" | "a little and leaves" | "nothing, and leaves";
  /** Leaves before its body is whole. */
  readonly stopsAt?: number;
}

const patienceMs = 30_000;
const prompts = ["rivers", "hills", "the sea in 60 words", "trains"];
const image = `data:image/png;base64,${"iVBORw0KGgo=".repeat(130_000)}`;

/** What a turn of traffic is made of. */
interface Draw {
  readonly model: string;
  readonly stream: boolean;
  readonly content: string;
}

const chat = ({ model, stream, content }: Draw, more: object = {}): Planned => ({
  path: "/v1/chat/completions",
  body: JSON.stringify({ model, stream, messages: [{ role: "user", content }], max_tokens: 200, ...more }),
});
const chatBody = (draw: Draw): string => chat(draw).body ?? "";

/** How often, of a thousand, which request is sent. */
const kinds: readonly (readonly [weight: number, plan: (draw: Draw) => Planned])[] = [
  [340, (draw) => chat(draw)],
  [
    140,
    ({ content, ...draw }) => ({
      path: "/v1/completions",
      body: JSON.stringify({ ...draw, prompt: content }),
    }),
  ],
  [140, (draw) => ({ path: "/v1/messages", body: chatBody(draw) })],
  [
    140,
    ({ content, ...draw }) => ({ path: "/v1/responses", body: JSON.stringify({ ...draw, input: content }) }),
  ],
  [20, (draw) => chat(draw, { cache: { "use-cache": true } })],
  [20, ({ content }) => ({ path: "/bedrock/model/kimi/converse-stream", body: converseBody(content) })],
  [10, ({ content }) => ({ path: "/bedrock/model/kimi/converse", body: converseBody(content) })],
  // Clients that leave, or take their time.
  [30, (draw) => ({ ...chat(draw), reads: "a little and leaves" })],
  [20, (draw) => ({ ...chat(draw), reads: "nothing, and leaves" })],
  [5, (draw) => ({ ...chat(draw), stopsAt: 40 })],
  [20, (draw) => ({ ...chat(draw), reads: "slowly" })],
  // Large ones.
  [15, (draw) => chat({ ...draw, content: draw.content + " and of rain".repeat(15_000) })],
  [
    3,
    (draw) =>
      chat({ ...draw, model: "openai" }, { messages: [{ role: "user", content: pictured(draw.content) }] }),
  ],
  // Mistakes.
  [15, (draw) => ({ ...chat(draw), headers: { authorization: "Bearer sk-wrong" } })],
  [15, (draw) => ({ ...chat(draw), body: chatBody(draw).slice(0, -5) })],
  [1, (draw) => ({ ...chat(draw), body: `${JSON.stringify({ a: image })}}` })],
  [15, (draw) => chat({ ...draw, model: "nobody" })],
  [15, (draw) => chat(draw, { temperature: "hot" })],
  [5, (draw) => ({ ...chat(draw), path: `/v1/${draw.content}` })],
  // Everybody else.
  [15, () => ({ path: "/health/liveliness" })],
  [5, () => ({ path: "/v1/models" })],
  [1, () => ({ path: "/metrics" })],
];
const allWeights = kinds.reduce((sum, [weight]) => sum + weight, 0);

function converseBody(text: string): string {
  return JSON.stringify({ messages: [{ role: "user", content: [{ text }] }] });
}

function pictured(text: string): readonly object[] {
  return [
    { type: "text", text },
    { type: "image_url", image_url: { url: image } },
  ];
}

export function createTraffic(target: TrafficTarget): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const statuses = new Map<number, number>();
  const pick = (items: readonly string[]): string => items[Math.floor(target.random() * items.length)] ?? "";

  function plan(): Planned {
    const draw = {
      model: pick(target.models),
      stream: target.random() < 0.5,
      content: `Tell me of ${pick(prompts)}`,
    };
    let left = target.random() * allWeights;
    const kind = kinds.find(([weight]) => (left -= weight) < 0);
    return kind ? kind[1](draw) : chat(draw);
  }

  return {
    statuses,
    async one() {
      const status = await send(target, agent, plan()).catch(() => 0);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    },
    close: () => agent.destroy(),
  };
}

/** @returns the status, whatever became of the answer's body. */
function send(target: TrafficTarget, agent: Agent, planned: Planned): Promise<number> {
  const { path, body, headers, reads, stopsAt } = planned;
  return new Promise((resolve, reject) => {
    const outgoing = request(target.url + encodeURI(path), {
      method: body === undefined ? "GET" : "POST",
      agent,
      headers: { authorization: `Bearer ${target.key}`, "content-type": "application/json", ...headers },
      timeout: patienceMs,
    });
    outgoing.once("timeout", () => outgoing.destroy(new Error("no answer")));
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      const { statusCode = 0 } = response;
      response.once("close", () => resolve(statusCode));
      response.on("error", () => resolve(statusCode));
      read(response, reads);
    });
    if (body !== undefined && stopsAt !== undefined) {
      outgoing.setHeader("content-length", Buffer.byteLength(body));
      outgoing.write(body.slice(0, stopsAt), () => outgoing.destroy(new Error("left")));
    } else outgoing.end(body);
    if (reads === "nothing, and leaves") setTimeout(() => outgoing.destroy(new Error("left")), 5);
  });
}

function read(response: IncomingMessage, how: Planned["reads"]): void {
  if (how === "a little and leaves") response.once("data", () => response.destroy());
  else response.resume();
  if (how !== "slowly") return;
  response.on("data", () => {
    response.pause();
    setTimeout(() => response.resume(), 20);
  });
}
