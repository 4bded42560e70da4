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
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the client does with the answer. */
  readonly reads: "all" | "slowly" | "a little and leaves" | "nothing, and leaves";
}

const patienceMs = 30_000;

export function createTraffic(target: TrafficTarget): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const statuses = new Map<number, number>();
  const pick = (items: readonly string[]): string => items[Math.floor(target.random() * items.length)] ?? "";

  function plan(): Planned {
    const model = pick(target.models);
    const stream = target.random() < 0.5;
    const content = `Tell me of ${pick(["rivers", "hills", "the sea in 60 words", "trains"])}`;
    const long = target.random() < 0.03 ? " and of rain".repeat(15_000) : "";
    const chat = { model, stream, messages: [{ role: "user", content: content + long }], max_tokens: 200 };
    const asked = JSON.stringify(chat);
    const chance = target.random();
    if (chance < 0.02) return { ...chats, body: asked, headers: { authorization: "Bearer sk-wrong" } };
    if (chance < 0.04) return { ...chats, body: asked.slice(0, -5) };
    if (chance < 0.06) return { ...chats, body: JSON.stringify({ ...chat, model: "nobody" }) };
    if (chance < 0.08) return { ...chats, body: JSON.stringify({ ...chat, temperature: "hot" }) };
    if (chance < 0.11) return { ...chats, body: asked, reads: "a little and leaves" };
    if (chance < 0.13) return { ...chats, body: asked, reads: "nothing, and leaves" };
    if (chance < 0.15) return { ...chats, body: asked, reads: "slowly" };
    if (chance < 0.3)
      return {
        path: "/v1/completions",
        body: JSON.stringify({ model, stream, prompt: content }),
        reads: "all",
      };
    if (chance < 0.45) return { path: "/v1/messages", body: asked, reads: "all" };
    if (chance < 0.6)
      return { path: "/v1/responses", body: JSON.stringify({ model, stream, input: content }), reads: "all" };
    return { ...chats, body: asked };
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

const chats = { path: "/v1/chat/completions", reads: "all" } as const;

/** @returns the status, whatever became of the answer's body. */
function send(target: TrafficTarget, agent: Agent, { path, body, headers, reads }: Planned): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(target.url + path, {
      method: "POST",
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
    outgoing.end(body);
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
