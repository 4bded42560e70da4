import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Emulator, createEmulator } from "@outcrop/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Folder, createFolder, isBuilt, runBin, stopRuns } from "./run-bin.ts";
import { startStream } from "./running-stream.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

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

const config = `
model_list:
  - model_name: kimi
    litellm_params: {model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2}
`;
const keyed = `${config}\ngeneral_settings: {master_key: sk-operations-0123456789abcdef012345}\n`;
const banner = /Outcrop is running at (\S+)\nModels: kimi\n/;

const written = (text = config) => folder.write("config.yaml", text);
const statusOf = async (url: string) => (await fetch(url)).status;

describe.skipIf(!isBuilt)("outcrop --config (needs a build: npm run build)", () => {
  test.each<[string, (path: string) => readonly string[], (path: string) => Record<string, string>]>([
    ["--config", (path) => ["--config", path, "--port", "0"], () => ({})],
    ["-c", (path) => ["-c", path, "--port=0"], () => ({})],
    ["a bare path", (path) => [path, "--port", "0"], () => ({})],
    [
      "CONFIG_FILE_PATH, HOST and PORT",
      () => [],
      (path) => ({ CONFIG_FILE_PATH: path, HOST: "localhost", PORT: "0" }),
    ],
    ["an empty PORT and NUM_WORKERS", (path) => [path, "--port", "0"], () => ({ PORT: "", NUM_WORKERS: "" })],
  ])("by %s", async (_, args, env) => {
    const path = written();
    const gateway = runBin(args(path), { env: { ...emulator.environment, ...env(path) } });
    const [, url = ""] = await gateway.says(banner);
    expect(new URL(url).hostname).toMatch(/^(127\.0\.0\.1|localhost)$/);
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "kimi", messages: [{ role: "user", content: "Hi" }] }),
    });
    expect(response.status).toBe(200);
    gateway.signal("SIGTERM");
    expect(await gateway.ended).toBe(0);
  });

  test("SIGTERM lets a running stream end, takes nobody in, and waits for no idle client", async () => {
    const gateway = runBin([written(), "--port", "0"], { env: { ...emulator.environment } });
    const [, url = ""] = await gateway.says(banner);
    const stream = await startStream(emulator, url);
    gateway.signal("SIGTERM");
    await expect.poll(() => statusOf(`${url}/health/liveliness`).catch(() => "refused")).toBe("refused");
    const text = await stream.finish();
    expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
    expect(await gateway.ended).toBe(0);
  });

  test("a second SIGTERM ends it at once", async () => {
    const gateway = runBin([written(), "--port", "0"], { env: { ...emulator.environment } });
    const [, url = ""] = await gateway.says(banner);
    const stream = await startStream(emulator, url);
    gateway.signal("SIGTERM");
    await expect.poll(() => statusOf(`${url}/health/liveliness`).catch(() => "refused")).toBe("refused");
    gateway.signal("SIGTERM");
    expect(await gateway.ended).toBe(1);
    await expect(stream.finish()).rejects.toThrow(/aborted|hang up|reset/i);
  });

  test("a port that is taken is said, and ends it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const gateway = runBin([written(), "--port", String(port)]);
    expect(await gateway.ended).toBe(1);
    expect(gateway.output()).toMatch(/EADDRINUSE|in use/);
    other.close();
  });
});

describe.skipIf(!isBuilt)("what must not run does not (needs a build: npm run build)", () => {
  test.each<[string, string, readonly string[], Record<string, string>, RegExp]>([
    [
      "a public host without a key",
      config,
      ["--host", "0.0.0.0"],
      {},
      /master_key.*127\.0\.0\.1.*--insecure/,
    ],
    ["the same by HOST", config, [], { HOST: "::" }, /master_key/],
    [
      "the key that everybody knows, in public",
      `${config}\ngeneral_settings: {master_key: sk-1234}\n`,
      [],
      {},
      /Choose your own/,
    ],
    [
      "a key in the wrong block",
      `${config}\nlitellm_settings: {master_key: sk-operations-0123456789}\n`,
      [],
      {},
      /general_settings/,
    ],
    [
      "a reference to nothing",
      `${config}\ngeneral_settings: {master_key: os.environ/NOBODY}\n`,
      [],
      {},
      /NOBODY/,
    ],
    ["no model list", "general_settings: {}\n", [], {}, /model_list/],
    ["what is no YAML", "model_list: [", [], {}, /config\.yaml/],
    ["a port that is none", config, ["--port", "none"], {}, /port/],
    ["a PORT that is none", config, [], { PORT: "http" }, /PORT.*http/],
    ["NUM_WORKERS that are none", config, [], { NUM_WORKERS: "all" }, /NUM_WORKERS.*all/],
    ["half of TLS", config, ["--ssl_keyfile_path", "/nowhere.pem"], {}, /ssl_certfile_path/],
    [
      "TLS without its files",
      config,
      ["--ssl_keyfile_path", "/nowhere.pem", "--ssl_certfile_path", "/nowhere.pem"],
      {},
      /nowhere\.pem/,
    ],
    ["an unknown option", config, ["--open"], {}, /--open/],
  ])("%s: exit 1, and the fix is said", async (_, text, args, env, said) => {
    const gateway = runBin([written(text), ...args], { env: { PORT: "0", ...env } });
    expect(await gateway.ended).toBe(1);
    expect(gateway.output()).toMatch(said);
    // Sentences, and no stack.
    expect(gateway.output()).not.toMatch(/\n {4}at /);
  });

  test("a file that is not there", async () => {
    const gateway = runBin(["/nowhere/config.yaml"]);
    expect(await gateway.ended).toBe(1);
    expect(gateway.output()).toContain("/nowhere/config.yaml");
  });

  test("no config at all: the help, and exit 1", async () => {
    const gateway = runBin([]);
    expect(await gateway.ended).toBe(1);
    expect(gateway.output()).toContain("--config");
  });

  test("a public host without a key, where that is asked for in so many words", async () => {
    const gateway = runBin([written(), "--host", "0.0.0.0", "--insecure", "--port", "0"]);
    await gateway.says(banner);
    expect(gateway.output()).toMatch(/warning: .*everybody is let in/);
  });
});

describe.skipIf(!isBuilt)("outcrop check (needs a build: npm run build)", () => {
  test.each<[string, string, readonly string[], number, RegExp]>([
    ["a config that is right", config, [], 0, /kimi .*moonshot\.kimi-k2-thinking/],
    ["an unknown key", `${config}\nlitellm_settings: {num_retrys: 2}\n`, [], 0, /num_retries/],
    [
      "an unknown key, strictly",
      `${config}\nlitellm_settings: {num_retrys: 2}\n`,
      ["--strict"],
      1,
      /num_retries/,
    ],
    ["a broken route", config.replace("bedrock/", "bedrock/nowhere/"), [], 1, /nowhere/],
    [
      "a region that contradicts its ARN",
      config.replace(
        "moonshot.kimi-k2-thinking",
        "qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc",
      ),
      [],
      1,
      /us-west-2.*us-east-1|us-east-1.*us-west-2/,
    ],
    ["an open host", config, ["--host", "0.0.0.0"], 1, /master_key/],
    ["a keyed host", keyed, ["--host", "0.0.0.0"], 0, /0\.0\.0\.0/],
    ["no model list", "{}", [], 1, /model_list/],
  ])("%s", async (_, text, args, code, said) => {
    const check = runBin(["check", written(text), ...args]);
    expect(await check.ended).toBe(code);
    expect(check.output()).toMatch(said);
  });

  test("--json writes one object", async () => {
    const check = runBin(["check", written(keyed), "--json"]);
    expect(await check.ended).toBe(0);
    expect(JSON.parse(check.output())).toMatchObject({ ok: true, models: [{ alias: "kimi" }] });
    expect(check.output()).not.toContain("sk-operations");
  });
});

describe.skipIf(!isBuilt)("how it is started (needs a build: npm run build)", () => {
  test("npx outcrop, at the root", async () => {
    const { stdout } = await run("npx", ["--no-install", "outcrop", "--version"], { cwd: root });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  test.each(["18.20.4", "20.19.0", "22.18.0", "23.0.0"])("on Node %s", async (version) => {
    const fake = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
    const old = runBin(["--version"], {
      nodeArgs: ["--import", `data:text/javascript,${encodeURIComponent(fake)}`],
    });
    const fits = Number(version.split(".")[0]) > 22;
    expect(await old.ended).toBe(fits ? 0 : 1);
    expect(old.output()).toMatch(
      fits ? /^\d+\.\d+/ : new RegExp(`needs Node 22\\.19.*${version.replaceAll(".", "\\.")}`),
    );
  });
});
