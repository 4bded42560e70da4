import { type Emulator, createEmulator } from "@outcrop/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Folder, createFolder, isBuilt, runBin, stopRuns } from "./run-bin.ts";
import { askAlone, chatWith } from "./ask-alone.ts";
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

const config = `
model_list:
  - model_name: kimi
    litellm_params: {model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2}
litellm_settings: {callbacks: [prometheus]}
`;

async function startWorkers() {
  const path = folder.write("config.yaml", config);
  const gateway = runBin(["--config", path, "--port", "0", "--num_workers", "2"], {
    env: { ...emulator.environment },
  });
  const [, url = ""] = await gateway.says(/Outcrop is running at (\S+)\nModels: kimi\n/);
  await gateway.says(/Worker \d+ ready[^]*Worker \d+ ready/);
  return { gateway, url, path };
}

describe.skipIf(!isBuilt)("--num_workers 2 (needs a build: npm run build)", () => {
  test("metrics are those of all workers, whoever is asked", async () => {
    const { url } = await startWorkers();
    for (let left = 10; left > 0; left--)
      expect(await askAlone(url, chatWith("kimi"))).toMatchObject({ status: 200 });
    for (let left = 4; left > 0; left--) {
      const { text } = await askAlone(`${url}/metrics`);
      const requests = [...text.matchAll(/^litellm_proxy_total_requests_metric_total\{.*\} (\d+)$/gm)];
      expect(requests.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(10);
    }
  });

  test("SIGTERM lets the running streams of all of them end", async () => {
    const { gateway, url } = await startWorkers();
    const streams = [];
    for (let left = 4; left > 0; left--) streams.push(await startStream(emulator, url));
    gateway.signal("SIGTERM");
    await expect.poll(() => askAlone(`${url}/health/liveliness`).catch(() => "refused")).toBe("refused");
    for (const text of await Promise.all(streams.map((stream) => stream.finish())))
      expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
    expect(await gateway.ended).toBe(0);
  });

  test("SIGHUP reaches all of them", async () => {
    const { gateway, url } = await startWorkers();
    const stream = await startStream(emulator, url);
    folder.write("config.yaml", config.replace("model_name: kimi", "model_name: renamed"));
    gateway.signal("SIGHUP");
    await gateway.says(/read again[^]*read again/);
    for (let left = 4; left > 0; left--)
      expect((await askAlone(`${url}/v1/models`)).text).toContain('"renamed"');
    expect((await stream.finish()).trimEnd().endsWith("data: [DONE]")).toBe(true);
  });

  test("a config that keeps the gateway from starting ends all of it", async () => {
    const path = folder.write("broken.yaml", "general_settings: {}\n");
    const gateway = runBin(["--config", path, "--port", "0", "--num_workers", "2"]);
    expect(await gateway.ended).toBe(1);
    expect(gateway.output()).toContain("model_list");
  });
});
