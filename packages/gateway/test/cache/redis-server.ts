import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why the tests against a real Redis are left out; `undefined` where they are not. */
export const noRedis: string | undefined =
  spawnSync("redis-server", ["--version"]).status === 0
    ? undefined
    : "redis-server is not installed (apt-get install redis-server)";

/** A Redis of our own, on a free port, with nothing on disk that outlives it. */
export async function startRedis(password?: string, port?: number) {
  const folder = await mkdtemp(join(tmpdir(), "outcrop-redis-"));
  const chosen = port ?? (await freePort());
  const auth = password === undefined ? [] : ["--requirepass", password];
  const options = [
    "--port",
    String(chosen),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    folder,
  ];
  const server = spawn("redis-server", [...options, ...auth], { stdio: ["ignore", "pipe", "inherit"] });
  await untilReady(server);
  return {
    host: "127.0.0.1",
    port: chosen,
    /** Halts it as a machine would be that does not answer any more. */
    freeze: () => server.kill("SIGSTOP"),
    thaw: () => server.kill("SIGCONT"),
    async stop() {
      const exited = once(server, "exit");
      server.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

async function untilReady(server: ChildProcess): Promise<void> {
  let text = "";
  for await (const chunk of server.stdout ?? []) {
    text += String(chunk);
    if (/Ready to accept connections/.test(text)) break;
    if (/Failed listening/.test(text)) throw new Error(text);
  }
  server.stdout?.resume();
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
