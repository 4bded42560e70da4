import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LocalBedrock } from "../local-bedrock.ts";
import { missionRoutes } from "../mission/routes.ts";
import { key, startKeyedBedrock } from "./keyed-bedrock.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startKeyedBedrock();
});
afterAll(() => bedrock.close());

const run = promisify(execFile);

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Runs curl; the last head is the answer's (before it may come `100 Continue`). */
async function curl(path: string, ...options: readonly string[]): Promise<Answer> {
  const { stdout } = await run("curl", [
    "-sS",
    "-i",
    "--max-time",
    "20",
    ...options,
    bedrock.gateway.url + path,
  ]);
  const start = stdout.lastIndexOf("HTTP/1.");
  const [head = "", ...rest] = stdout.slice(start).split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head, body: rest.join("\r\n\r\n") };
}

const keyed = ["-H", `Authorization: Bearer ${key}`, "-H", "Content-Type: application/json"];
const post = (path: string, body: object, ...options: readonly string[]) =>
  curl(path, ...keyed, ...options, "-d", JSON.stringify(body));
const messages = [{ role: "user", content: "Tell me about rivers" }];

describe("a stream as it stands on the wire, on each route", () => {
  test.each(missionRoutes)("$alias", async ({ alias }) => {
    const { head, body } = await post("/v1/chat/completions", { model: alias, messages, stream: true }, "-N");
    expect(head).toMatch(/content-type: text\/event-stream/i);
    const events = body.trimEnd().split("\n\n");
    expect(events.every((event) => event.startsWith("data: ") && !event.includes("\n"))).toBe(true);
    expect(events.at(-1)).toBe("data: [DONE]");
    const chunks = events
      .slice(0, -1)
      .map((event) => JSON.parse(event.slice(6)) as OpenAI.ChatCompletionChunk);
    expect(new Set(chunks.map(({ id, model, object }) => `${id} ${model} ${object}`)).size).toBe(1);
    expect(chunks[0]).toMatchObject({ model: alias, choices: [{ delta: { role: "assistant" } }] });
  });
});

describe("every path of a client API", () => {
  const model = "qwen-25vl-72b";
  const prompt = "Rivers";
  test.each([
    ["/chat/completions", { model, messages }],
    ["/v1/chat/completions", { model, messages }],
    [`/openai/deployments/${model}/chat/completions?api-version=2024-10-21`, { messages }],
    [`/engines/${model}/chat/completions`, { messages }],
    ["/completions", { model, prompt }],
    ["/v1/completions", { model, prompt }],
    [`/openai/deployments/${model}/completions`, { prompt }],
    [`/engines/${model}/completions`, { prompt }],
    ["/responses", { model, input: prompt }],
    ["/v1/responses", { model, input: prompt }],
    ["/v1/messages", { model, messages, max_tokens: 50 }],
  ])("%s", async (path, body) => {
    const whole = await post(path, body);
    expect(whole.status).toBe(200);
    expect(JSON.parse(whole.body)).toMatchObject({ model });
    const streamed = await post(path, { ...body, stream: true }, "-N");
    expect(streamed.status).toBe(200);
    expect(streamed.body.trimEnd().split("\n\n").length).toBeGreaterThan(5);
  });
});

describe("the ways curl sends", () => {
  const chat = { model: "qwen-25vl-72b", messages };
  test.each([
    ["HTTP/1.0", ["--http1.0"]],
    ["chunks", ["-H", "Transfer-Encoding: chunked"]],
    ["Expect: 100-continue", ["-H", "Expect: 100-continue"]],
    ["without a content type", ["-H", "Content-Type:"]],
    ["as a form, which is curl's default", ["-H", "Content-Type: application/x-www-form-urlencoded"]],
    ["Azure's key header", ["-H", "Authorization:", "-H", `api-key: ${key}`]],
    ["Anthropic's key header", ["-H", "Authorization:", "-H", `x-api-key: ${key}`]],
  ])("%s", async (_, options) => {
    const whole = await post("/v1/chat/completions", chat, ...options);
    expect(whole.status).toBe(200);
    const streamed = await post("/v1/chat/completions", { ...chat, stream: true }, "-N", ...options);
    expect(streamed.body.trimEnd().endsWith("data: [DONE]")).toBe(true);
  });

  test("a large image out of a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outcrop-curl-"));
    try {
      const url = `data:image/png;base64,${Buffer.alloc(3_000_000, 7).toString("base64")}`;
      const image = { type: "image_url", image_url: { url } };
      const body = {
        ...chat,
        messages: [{ role: "user", content: [image, { type: "text", text: "What is it?" }] }],
      };
      await writeFile(join(folder, "body.json"), JSON.stringify(body));
      const answer = await curl(
        "/v1/chat/completions",
        ...keyed,
        "--data-binary",
        `@${join(folder, "body.json")}`,
      );
      expect(answer.body).toContain("3000000 bytes");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("only the head", async () => {
    const { status, head, body } = await curl("/health/liveliness", "-I");
    expect([status, body]).toEqual([200, ""]);
    expect(head).toMatch(/content-length: \d+/i);
  });
});
