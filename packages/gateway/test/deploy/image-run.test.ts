import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { lastOf, parseDockerfile, wordsOf } from "./dockerfile.ts";
import { notBuilt, pathOf, readText, valueOf } from "./repository.ts";

const final = parseDockerfile(readText("deploy/Dockerfile")).at(-1) ?? [];
const masterKey = "sk-master-key-of-this-test-0123456789";

/** Puts what the image's last stage copies into a folder, as the image has it; `node_modules` is this machine's. */
async function layOut(folder: string): Promise<void> {
  for (const { name, value } of final) {
    if (name !== "COPY") continue;
    const sources = value.split(" ").filter((word) => word.startsWith("/app/"));
    for (const source of sources.map((path) => path.slice("/app/".length))) {
      const target = join(folder, source);
      await mkdir(dirname(target), { recursive: true });
      if (source === "node_modules") await symlink(pathOf(source), target);
      else await cp(pathOf(source), target, { recursive: true, filter: isInImage });
    }
  }
}

function isInImage(path: string): boolean {
  return !/\/packages\/[^/]+\/(?:src|test|node_modules)(?:\/|$)/.test(path);
}

/** A port below those that the system hands out by itself, so that no other test's server gets it meanwhile. */
async function freePort(): Promise<string> {
  const probe = createServer().listen(20_000 + Math.floor(Math.random() * 10_000), "127.0.0.1");
  const taken = once(probe, "error").then(() => true);
  if (await Promise.race([taken, once(probe, "listening").then(() => false)])) return freePort();
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return String(port);
}

/** The image's words, with this test's config and port in the place of its own. */
function adapted(
  words: readonly string[],
  { config, port }: { config: string; port: string },
): readonly string[] {
  const stands: Readonly<Record<string, string>> = {
    "/etc/outcrop/config.yaml": config,
    "4000": port,
    "0.0.0.0": "127.0.0.1",
  };
  return words.map((word) => stands[word] ?? word.replaceAll(":4000/", `:${port}/`));
}

describe.skipIf(notBuilt !== undefined)(`the image's command line${notBuilt ? ` (${notBuilt})` : ""}`, () => {
  let folder: string;
  let port: string;
  let gateway: ChildProcess;
  let output = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outcrop-image-"));
    port = await freePort();
    await layOut(join(folder, "app"));
    const config = join(folder, "config.yaml");
    const map = parse(readText("deploy/kubernetes/config-map.yaml")) as { data: Record<string, string> };
    await writeFile(config, map.data["config.yaml"] ?? "");
    const [, ...entrypoint] = wordsOf(lastOf(final, "ENTRYPOINT"));
    gateway = spawn(
      process.execPath,
      [...entrypoint, ...adapted(wordsOf(lastOf(final, "CMD")), { config, port })],
      {
        cwd: join(folder, "app"),
        env: {
          PATH: process.env.PATH,
          NODE_ENV: "production",
          LITELLM_MASTER_KEY: masterKey,
          AWS_REGION: "us-east-1",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    gateway.stderr?.on("data", (chunk) => (output += String(chunk)));
    for await (const chunk of gateway.stdout ?? []) {
      output += String(chunk);
      if (output.includes("running at")) break;
    }
    if (!output.includes("running at")) throw new Error(output);
  });
  afterAll(async () => {
    gateway.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers });

  /** Runs what the image's HEALTHCHECK runs. */
  async function isHealthy(): Promise<boolean> {
    const [, ...check] = adapted(wordsOf(lastOf(final, "HEALTHCHECK")), { config: "", port });
    const [code] = (await once(spawn(process.execPath, check), "exit")) as [number];
    return code === 0;
  }

  test("answers its probes without a key, and the rest with one", async () => {
    for (const path of ["/health/liveliness", "/health/readiness", "/metrics"]) {
      expect((await get(path)).status, path).toBe(200);
    }
    expect((await get("/v1/models")).status).toBe(401);
    const models = await get("/v1/models", { authorization: `Bearer ${masterKey}` });
    expect(await models.json()).toMatchObject({ data: [{ id: "qwen" }] });
  });

  test("is healthy while it runs, ends in order at SIGTERM, and is not healthy then", async () => {
    expect(await isHealthy()).toBe(true);
    const exited = once(gateway, "exit");
    gateway.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
    expect(await isHealthy()).toBe(false);
    expect(output).not.toContain(masterKey);
  });

  test("does not start beyond loopback without a key", async () => {
    const config = join(folder, "config.yaml");
    const [, ...entrypoint] = wordsOf(lastOf(final, "ENTRYPOINT"));
    const words = wordsOf(lastOf(final, "CMD")).map((word) =>
      word === "/etc/outcrop/config.yaml" ? config : word,
    );
    expect(valueOf(words, "--host")).toBe("0.0.0.0");
    const keyless = spawn(process.execPath, [...entrypoint, ...words], {
      cwd: join(folder, "app"),
      env: { PATH: process.env.PATH },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [said, [code]] = await Promise.all([text(keyless.stderr), once(keyless, "exit")]);
    expect(code).toBe(1);
    expect(said).toContain("LITELLM_MASTER_KEY");
  });
});
