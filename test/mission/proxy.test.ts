import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalBedrock, startLocalBedrock } from "../local-bedrock.ts";
import { missionRoutes } from "./routes.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startLocalBedrock();
});
afterAll(() => bedrock.close());

const run = promisify(execFile);

describe("one curl line for each alias, as printed", () => {
  const script = readFileSync(new URL("../../examples/proxy/requests.sh", import.meta.url), "utf8");
  const lines = script.split(/\n(?=# )/).filter((part) => part.includes("curl "));

  test.each(lines.map((line) => [line.split("\n")[0], line] as const))("%s", async (_, line) => {
    // The printed port is the default one; the test's gateway has a free one.
    const { stdout } = await run("bash", [
      "-c",
      line.replace("curl ", "curl -sS -i ").replace("http://0.0.0.0:4000", bedrock.gateway.url),
    ]);
    const [head = "", body = ""] = stdout.split("\r\n\r\n");
    expect(head).toContain("200 OK");
    const answer = JSON.parse(body) as OpenAI.ChatCompletion;
    const alias = /"model": "([^"]+)"/.exec(line)?.[1];
    expect(answer.model).toBe(alias);
    expect(answer.choices[0]?.message.content).toMatch(/\w/);
    const lenient = /,\s*}|# /.test(line.slice(line.indexOf("--data")));
    expect(/x-outcrop-warning: .*leniently/i.test(head)).toBe(lenient);
  });

  test("there is one for each snippet of the mission's document", () => {
    expect(lines).toHaveLength(7);
  });
});

describe("the openai client against the gateway", () => {
  test.each(missionRoutes)("$alias", async ({ alias }) => {
    const client = new OpenAI({ baseURL: bedrock.gateway.url, apiKey: "sk-1234" });
    const answer = await client.chat.completions.create({
      model: alias,
      messages: [{ role: "user", content: "what llm are you" }],
    });
    expect(answer).toMatchObject({ object: "chat.completion", model: alias });
    expect(answer.choices[0]?.message.content).toMatch(/\w/);
  });

  test("lists the models", async () => {
    const client = new OpenAI({ baseURL: `${bedrock.gateway.url}/v1`, apiKey: "sk-1234" });
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(missionRoutes.map((route) => route.alias).toSorted((a, b) => order(a) - order(b)));
  });

  /** The order of the demo's config. */
  function order(alias: string): number {
    const names = [
      "DeepSeek-R1-Distill-Llama-70B",
      "llama-70b",
      "Qwen3-32B",
      "Qwen2-72B",
      "qwen-25vl-72b",
      "kimi-k2",
      "kimi-k2-invoke",
    ];
    return names.indexOf(alias);
  }
});
