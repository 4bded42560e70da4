import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { version } from "../../src/version.ts";
import { type OutcropRun, runOutcrop } from "./run-outcrop.ts";

const key = "sk-0123456789abcdef0123456789abcdef";
const otherKey = "sk-fedcba9876543210fedcba9876543210";
const config =
  "model_list: [{model_name: m, litellm_params: {model: bedrock/converse/x, mock_response: Hello, aws_region_name: us-east-1}}]\n";

let folder: string;
let runs: OutcropRun[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outcrop-serve-"));
  await writeFile(join(folder, "config.yaml"), config);
  runs = [];
});
afterEach(async () => {
  for (const run of runs) run.signal("SIGKILL");
  await Promise.all(runs.map(({ ended }) => ended));
  await rm(folder, { recursive: true });
});

function outcrop(args: readonly string[], env: Readonly<Record<string, string>> = {}): OutcropRun {
  const run = runOutcrop(args, { env, cwd: folder });
  runs.push(run);
  return run;
}

async function urlOf(run: OutcropRun): Promise<string> {
  const [, url = ""] = await run.says(/running at (\S+)\nModels: /);
  return url;
}

const statusWith = async (url: string, bearer: string) =>
  (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${bearer}` } })).status;

describe("variables of the environment", () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["CONFIG_FILE_PATH and PORT", { CONFIG_FILE_PATH: "config.yaml", PORT: "0" }, []],
    ["HOST", { HOST: "localhost" }, ["config.yaml", "--port", "0"]],
    [
      "LITELLM_MASTER_KEY",
      { LITELLM_MASTER_KEY: key },
      ["-c", "config.yaml", "--port", "0", "--host", "127.0.0.1"],
    ],
  ])("%s", async (_, env, args) => {
    const url = await urlOf(outcrop(args, env));
    expect(new URL(url).hostname).toBe(env["HOST"] ?? "127.0.0.1");
    expect(await statusWith(url, "sk-wrong")).toBe(env["LITELLM_MASTER_KEY"] === undefined ? 200 : 401);
    expect(await statusWith(url, key)).toBe(200);
  });

  test("NUM_WORKERS", async () => {
    const run = outcrop(["config.yaml", "--port", "0"], { NUM_WORKERS: "2" });
    await run.says(/Worker \d+ ready[^]*Worker \d+ ready/);
    run.signal("SIGTERM");
    expect(await run.ended).toBe(0);
  });

  test.each([
    ["LITELLM_LOG=DEBUG", { LITELLM_LOG: "DEBUG" }, [], true],
    ["--debug", { LITELLM_LOG: "ERROR" }, ["--debug"], true],
    ["--detailed_debug", {}, ["--detailed_debug"], true],
    ["neither", {}, [], false],
  ])("%s: whether probes are logged", async (_, env, args, isLogged) => {
    const run = outcrop(["config.yaml", "--port", "0", ...args], env);
    const url = await urlOf(run);
    await fetch(`${url}/v1/chat/completions`, { method: "POST", body: "{}" });
    await fetch(`${url}/health/liveliness`);
    run.signal("SIGTERM");
    await run.ended;
    expect(run.output().includes("debug")).toBe(isLogged);
  });
});

test("a changed .env takes effect at SIGHUP, and so does one that is gone", async () => {
  await writeFile(join(folder, ".env"), `LITELLM_MASTER_KEY=${key}\n`);
  const run = outcrop(["config.yaml", "--port", "0", "--host", "127.0.0.1"]);
  const url = await urlOf(run);
  expect([await statusWith(url, key), await statusWith(url, otherKey)]).toEqual([200, 401]);
  await writeFile(join(folder, ".env"), `LITELLM_MASTER_KEY=${otherKey}\n`);
  run.signal("SIGHUP");
  await expect.poll(() => statusWith(url, otherKey)).toBe(200);
  expect(await statusWith(url, key)).toBe(401);
  await rm(join(folder, ".env"));
  run.signal("SIGHUP");
  await expect.poll(() => statusWith(url, "sk-any")).toBe(200);
});

describe("a model without a config", () => {
  test("is served under its alias", async () => {
    const run = outcrop(["-m", "bedrock/converse/x", "--alias", "mine", "--port", "0"], {
      AWS_REGION: "us-east-1",
    });
    const url = await urlOf(run);
    expect(await (await fetch(`${url}/v1/models`)).json()).toMatchObject({ data: [{ id: "mine" }] });
    expect(run.output()).toContain("Models: mine");
  });

  test("and with one is refused", async () => {
    const run = outcrop(["config.yaml", "--model", "bedrock/converse/x"]);
    expect(await run.ended).not.toBe(0);
    expect(run.output()).toContain("--model serves without a config");
  });
});

test("--test and --health ask the gateway that the other options describe", async () => {
  const env = { LITELLM_MASTER_KEY: key };
  const url = new URL(await urlOf(outcrop(["config.yaml", "--port", "0", "--host", "127.0.0.1"], env)));
  const asked = ["config.yaml", "--port", url.port];
  const chat = outcrop([...asked, "--test"], env);
  expect(await chat.ended).toBe(0);
  expect(chat.output()).toContain('"content": "Hello"');
  const named = outcrop(["--test", url.href], env);
  expect(await named.ended).toBe(0);
  const health = outcrop([...asked, "--health"], env);
  expect(await health.ended).toBe(0);
  expect(health.output()).toContain('"unchecked_count": 1');
});

test.each([
  [["-v"], version],
  [["--skip_server_startup", "config.yaml"], "no database to prepare"],
])("%j ends at once", async (args, says) => {
  const run = outcrop(args);
  expect(await run.ended).toBe(0);
  expect(run.output()).toContain(says);
});

test("flags for servers in Python are named, and serving goes on", async () => {
  const run = outcrop(["--run_gunicorn", "--telemetry", "False", "--config", "config.yaml", "--port", "0"]);
  await urlOf(run);
  expect(run.output()).toContain("--run_gunicorn is ignored");
});
