import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { afterEach, expect, test } from "vitest";
import { arns, failureOf, invoke } from "./rig.ts";

const command = fileURLToPath(new URL("../../gateway/src/commands/emulate.ts", import.meta.url));
const program = `
import { emulateCommand } from ${JSON.stringify(command)};
await emulateCommand().parseAsync(["node", "outcrop", ...process.argv.slice(1)]);
`;

const children: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  readonly output: () => string;
  readonly errors: () => string;
  /** Waits until the output has the text. */
  readonly shows: (text: string) => Promise<void>;
  readonly ended: Promise<number | null>;
}

function run(...flags: string[]): Run {
  const args = [
    "--conditions=outcrop-source",
    "--input-type=module",
    "--no-warnings",
    "-e",
    program,
    "--",
    ...flags,
  ];
  const child = spawn(process.execPath, args, { env: { PATH: process.env["PATH"] } });
  children.push(child);
  let [output, errors] = ["", ""];
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const shows = async (text: string): Promise<void> => {
    let over = false;
    void ended.then(() => (over = true));
    while (!output.includes(text)) {
      if (over) throw new Error(`it ended without ${text}: ${output}${errors}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { child, output: () => output, errors: () => errors, shows, ended };
}

/** The lines `NAME=value` as an environment. */
function environmentOf(output: string): Record<string, string> {
  return Object.fromEntries(
    output
      .split("\n")
      .filter((line) => /^[A-Z_]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

function clientOf(environment: Record<string, string>): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: environment["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] ?? "",
    region: environment["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
    maxAttempts: 1,
  });
}

test("says what to export, serves with that, tells each request, and ends when asked", async () => {
  const emulate = run("--port", "0");
  await emulate.shows("is running at");
  const environment = environmentOf(emulate.output());
  expect(Object.keys(environment)).toEqual([
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    "AWS_ENDPOINT_URL_BEDROCK",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
  ]);
  expect(emulate.output()).not.toMatch(/["']/);
  const client = clientOf(environment);
  expect(await invoke(client, arns.llama, { prompt: "hi" })).toHaveProperty("generation");
  await emulate.shows(`InvokeModel ${arns.llama} 200 in=`);
  client.destroy();
  emulate.child.kill("SIGTERM");
  expect(await emulate.ended).toBe(0);
});

test("says it before the port opens", async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const { port } = free.address() as AddressInfo;
  // The port is taken, so it can't open; what to export was said all the same.
  const emulate = run("--port", String(port));
  expect(await emulate.ended).toBe(1);
  expect(environmentOf(emulate.output())["AWS_ENDPOINT_URL_BEDROCK"]).toBe(`http://127.0.0.1:${port}`);
  expect(emulate.errors()).toContain("EADDRINUSE");
  expect(emulate.errors()).toContain("--port");
  free.close();
});

test("flags win over the config, and faults of both strike", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "emulate-")), "emulator.yaml");
  writeFileSync(
    file,
    "coldStart: 1h\ncoldMode: hold\nregion: us-west-2\nfaults: [{ kind: padding, enabled: false }]\nbuiltInModels: true\n",
  );
  const flags = ["--cold-start", "90s", "--cold-mode", "refuse", "--idle", "1m", "--seed", "3", "--quiet"];
  const emulate = run(
    "--port",
    "0",
    "--config",
    file,
    ...flags,
    "--fault",
    "throttling:count=1",
    "--fault",
    "InternalServer:skip=1,count=1",
  );
  await emulate.shows("is running at");
  const environment = environmentOf(emulate.output());
  expect(environment["AWS_REGION"]).toBe("us-west-2");
  const client = clientOf({ ...environment, AWS_REGION: "us-east-1" });
  const names = [];
  for (let call = 0; call < 3; call++)
    names.push((await failureOf(invoke(client, arns.llama, { prompt: "hi" }))).name);
  expect(names).toEqual(["ThrottlingException", "InternalServerException", "ModelNotReadyException"]);
  expect(emulate.output()).not.toContain("InvokeModel");
  client.destroy();
});

test.each<[string[], string]>([
  [["--cold-start", "soon"], '"soon" is not a duration'],
  [["--cold-mode", "wait"], "Allowed choices are hold, refuse"],
  [["--fault", "nonsense"], "unknown kind of fault"],
  [["--port", "x"], '"x" is no port'],
  [["--seed", "x"], '"x" is no number'],
  [["--config", "/nonexistent.yaml"], "ENOENT"],
  [["--gguf", "x.gguf"], "npm install node-llama-cpp"],
  [["--nonsense"], "unknown option"],
])("%j ends with a sentence, not with a stack", async (flags, text) => {
  const emulate = run("--port", "0", ...flags);
  expect(await emulate.ended).toBe(1);
  expect(emulate.errors()).toContain(text);
  expect(emulate.errors()).not.toMatch(/^ +at /m);
});
