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

test.each([
  ["log, callbacks and cache", "plain-start.ts"],
  ["a whole gateway that answers its probe", "gateway-start.ts"],
])("what is not configured is not loaded: %s", async (_name, module) => {
  const loaded = await packagesOf(module);
  const needless = /^@(?:opentelemetry|aws-sdk|aws|smithy)\//;
  expect(loaded.filter((name) => onDemand.includes(name) || needless.test(name))).toEqual([]);
});

test("what is configured is", async () => {
  const loaded = await packagesOf("full-start.ts");
  expect(loaded).toEqual(expect.arrayContaining([...onDemand, "@opentelemetry/sdk-trace"]));
});
