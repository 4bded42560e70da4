import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** The packages that a module loads in a process of its own. */
async function packagesOf(name: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--conditions=outcrop-source",
    fixture("list-modules.ts"),
    fixture(name),
  ]);
  return JSON.parse(stdout) as readonly string[];
}

const onDemand = ["pino", "lru-cache", "@redis/client", "@prometheus-io/client"];

test("what is not configured is not loaded", async () => {
  const loaded = await packagesOf("plain-start.ts");
  expect(loaded.filter((name) => onDemand.includes(name) || name.startsWith("@opentelemetry/"))).toEqual([]);
});

test("what is configured is", async () => {
  const loaded = await packagesOf("full-start.ts");
  expect(loaded).toEqual(expect.arrayContaining([...onDemand, "@opentelemetry/sdk-trace"]));
});
