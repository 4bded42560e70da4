import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { warmCommand } from "../../packages/gateway/src/commands/warm.ts";
import { createColdScene, entryOf, modelsNamed } from "./cold-scene.ts";

const config = `model_list:${entryOf("one")}\n`;

async function run(alias: string, url: string, env: Record<string, string> = {}) {
  const lines: string[] = [];
  const codes: number[] = [];
  const io = {
    env,
    write: (text: string) => void lines.push(text),
    exit: (code: number) => void codes.push(code),
  };
  await warmCommand(io).parseAsync([alias, "--url", url], { from: "user" });
  return { text: lines.join(""), codes };
}

describe("outcrop warm", () => {
  test("waits for the model, and says how far it is", async () => {
    await using scene = await createColdScene({
      coldStart: 30_000,
      coldMode: "refuse",
      models: modelsNamed("one"),
      config,
    });
    const { text, codes } = await run("one", scene.gateway.url);
    expect(text).toMatch(/is being restored, \d+ s so far; asked again in \d+ s\n/);
    expect(text).toMatch(/is warm, after \d+ s\n$/);
    expect(codes).toEqual([0]);
  });

  test("says what the gateway says of a name that there isn't", async () => {
    await using scene = await createColdScene({ models: modelsNamed("one"), config });
    const { text, codes } = await run("nobody", scene.gateway.url);
    expect(text).toContain("nobody");
    expect(codes).toEqual([1]);
  });

  test("says that there is no gateway", async () => {
    const { text, codes } = await run("one", "http://127.0.0.1:9");
    expect(text).toMatch(/^There is no answer from http:\/\/127\.0\.0\.1:9/);
    expect(codes).toEqual([1]);
  });

  test("shows its key to the gateway, and to nobody else", async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(500).end("no JSON");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const { text } = await run("one", `http://127.0.0.1:${port}`, { OUTCROP_API_KEY: "sk-canary" });
    await new Promise((resolve) => server.close(resolve));
    expect(seen).toEqual(["Bearer sk-canary"]);
    expect(text).toBe("HTTP 500\n");
  });
});
