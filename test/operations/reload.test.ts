import { type Emulator, createEmulator } from "@outcrop/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Folder, type Run, createFolder, isBuilt, runBin, stopRuns } from "./run-bin.ts";
import { startStream } from "./running-stream.ts";

let emulator: Emulator;
let folder: Folder;
beforeAll(async () => {
  emulator = await createEmulator();
  folder = createFolder();
});
afterEach(async () => {
  await stopRuns();
  emulator.reset();
});
afterAll(async () => {
  folder.remove();
  await emulator.close();
});

const key = "sk-operations-0123456789abcdef012345";
const configWith = (names: readonly string[], masterKey: string = key) => `
model_list:
${names.map((name) => `  - {model_name: ${name}, litellm_params: {model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2}}`).join("\n")}
general_settings: {master_key: ${masterKey}}
`;

const headers = { authorization: `Bearer ${key}` };

async function start(): Promise<{ gateway: Run; url: string }> {
  const path = folder.write("config.yaml", configWith(["kimi"]));
  const gateway = runBin(["--config", path, "--host", "127.0.0.1", "--port", "0"], {
    env: { ...emulator.environment },
  });
  const [, url = ""] = await gateway.says(/Outcrop is running at (\S+)\n/);
  return { gateway, url };
}

async function models(
  url: string,
  by: Record<string, string> = headers,
): Promise<readonly string[] | number> {
  const response = await fetch(`${url}/v1/models`, { headers: by });
  if (!response.ok) return response.status;
  return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
}

const change: readonly (readonly [string, (gateway: Run) => void])[] = [
  ["SIGHUP", (gateway) => gateway.signal("SIGHUP")],
  ["the file's change alone", () => undefined],
];

describe.skipIf(!isBuilt)("a new config (needs a build: npm run build)", () => {
  test.each(change)("by %s comes without dropping a running stream", async (_, tell) => {
    const { gateway, url } = await start();
    const stream = await startStream(emulator, url, headers);
    // Not even its own model is there any more.
    folder.write("config.yaml", configWith(["other"]));
    tell(gateway);
    await expect.poll(() => models(url), { timeout: 10_000 }).toEqual(["other"]);
    expect((await stream.finish()).trimEnd().endsWith("data: [DONE]")).toBe(true);
  });

  test.each(change)("by %s brings a new key", async (_, tell) => {
    const { gateway, url } = await start();
    const fresh = "sk-operations-fresh-89abcdef01234567";
    folder.write("config.yaml", configWith(["kimi"], fresh));
    tell(gateway);
    await expect.poll(() => models(url), { timeout: 10_000 }).toBe(401);
    expect(await models(url, { authorization: `Bearer ${fresh}` })).toEqual(["kimi"]);
  });

  test.each([
    ["that is no YAML", "model_list: ["],
    ["without models", "model_list: []\n"],
    ["with an unknown route", configWith(["kimi"]).replace("bedrock/", "bedrock/nowhere/")],
    ["without its key's variable", configWith(["kimi"], "os.environ/NOBODY")],
    ["that is empty", ""],
  ])("%s leaves the old one running, and says why", async (_, text) => {
    const { gateway, url } = await start();
    const before = gateway.output().length;
    folder.write("config.yaml", text);
    gateway.signal("SIGHUP");
    await gateway.says(/The new config is not used/);
    expect(gateway.output().slice(before)).toMatch(/error: /);
    expect(await models(url)).toEqual(["kimi"]);
    folder.write("config.yaml", configWith(["kimi", "mended"]));
    gateway.signal("SIGHUP");
    await gateway.says(/read again. Models: kimi, mended/);
    expect(await models(url)).toEqual(["kimi", "mended"]);
  });

  test("that would open the gateway is not used either", async () => {
    const path = folder.write("config.yaml", configWith(["kimi"]));
    const gateway = runBin(["--config", path, "--host", "0.0.0.0", "--port", "0"], {
      env: { ...emulator.environment },
    });
    const [, port = ""] = await gateway.says(/Outcrop is running at http:\/\/\S+:(\d+)\n/);
    folder.write("config.yaml", configWith(["kimi"]).replace(/general_settings.*/, ""));
    gateway.signal("SIGHUP");
    await gateway.says(/The new config is not used/);
    expect(await models(`http://127.0.0.1:${port}`, {})).toBe(401);
  });
});
