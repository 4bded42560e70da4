import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Emulator, createEmulator } from "@outcrop/emulator";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { resolveAccess } from "../../packages/gateway/src/config/access.ts";
import { loadConfig } from "../../packages/gateway/src/config/load-config.ts";
import { type Gateway, createGateway } from "../../packages/gateway/src/gateway.ts";
import { type Folder, createFolder, isBuilt, runBin, stopRuns } from "./run-bin.ts";

/** What must be seen nowhere, under the name that a failure of these tests shows. */
const canaries: Readonly<Record<string, string>> = {
  masterKey: "sk-canary-master-5d1c7b3e9f2a4c6e8b0d",
  wrongKey: "sk-canary-wrong-0a9b8c7d6e5f4a3b2c1d",
  accessKeyId: "AKIACANARYCANARY0001",
  secretAccessKey: "canarySecret/wJalrXUtnFEMI+K7MDENGbPxRfi",
  sessionToken: "canarySessionToken//////////FwoGZXIvYXdzEBY",
  apiKey: "ABSKcanaryApiKeyQmVkcm9ja0FQSUtleS1jYW5hcnk=",
  bodyKey: "canary-of-a-body-7f6e5d4c3b2a",
  prompt: "Canarybird of the prompt",
};

/** How a value may be written: as it is, in JSON, in a URL, in base64. */
function spellings(value: string): readonly string[] {
  const base64 = Buffer.from(value).toString("base64").replace(/=+$/, "").slice(0, -2);
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64];
}

/** The names of the canaries that a text holds. */
function seenIn(text: string, names: readonly string[] = Object.keys(canaries)): readonly string[] {
  return names.filter((name) => spellings(canaries[name] ?? "").some((spelling) => text.includes(spelling)));
}

const kimi = "model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2";
const { accessKeyId, secretAccessKey, sessionToken, apiKey, masterKey } = canaries;
const keys = `aws_access_key_id: "${accessKeyId}", aws_secret_access_key: "${secretAccessKey}", aws_session_token: "${sessionToken}"`;

const configWith = (mirror: string, settings: string) => `
model_list:
  - {model_name: signed, litellm_params: {${kimi}, ${keys}}}
  - {model_name: bearer, litellm_params: {${kimi}, api_key: "${apiKey}"}}
  - {model_name: referred, litellm_params: {${kimi}, api_key: os.environ/CANARY_API_KEY}}
  - {model_name: mirrored, litellm_params: {${kimi}, ${keys}, api_base: "${mirror}"}}
  - {model_name: mirrored-bearer, litellm_params: {${kimi}, api_key: "${apiKey}", api_base: "${mirror}"}}
  - {model_name: nowhere, litellm_params: {${kimi}, ${keys}, api_base: "http://user:${apiKey}@127.0.0.1:1"}}
  - {model_name: imported, litellm_params: {model: "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model", ${keys}}}
litellm_settings: {callbacks: [prometheus], num_retries: 0, ${settings}}
router_settings: {num_retries: 0, disable_cooldowns: true}
general_settings: {master_key: ${masterKey}}
`;

/** A Bedrock that refuses by repeating all that it was sent. */
async function startMirror() {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      const message = `${request.url} ${JSON.stringify(request.headers)} ${body.length}`;
      response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ message }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

let emulator: Emulator;
let mirror: Awaited<ReturnType<typeof startMirror>>;
let folder: Folder;
beforeAll(async () => {
  emulator = await createEmulator({
    credentials: [
      {
        accessKeyId: accessKeyId ?? "",
        secretAccessKey: secretAccessKey ?? "",
        sessionToken: sessionToken ?? "",
      },
    ],
    apiKeys: [apiKey ?? ""],
  });
  mirror = await startMirror();
  folder = createFolder();
});
afterAll(async () => {
  await stopRuns();
  mirror.server.close();
  folder.remove();
  await emulator.close();
});

const faults = [
  "ThrottlingException",
  "ValidationException",
  "AccessDeniedException",
  "ModelErrorException",
  "InternalServerException",
];
const models = ["signed", "bearer", "referred", "mirrored", "mirrored-bearer", "nowhere", "imported"];

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

async function ask(gateway: Gateway, path: string, body?: object | string, key = masterKey): Promise<Answer> {
  const response = await fetch(gateway.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}` },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const head = JSON.stringify([...response.headers]);
  return {
    status: response.status,
    head,
    body: await response.text().catch((error: unknown) => String(error)),
  };
}

/** Everything that a client may ask, and much that goes wrong. */
async function askEverything(gateway: Gateway): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const messages = [{ role: "user", content: canaries.prompt }];
  const apis = (model: string, stream: boolean): readonly (readonly [string, object])[] => [
    ["/v1/chat/completions", { model, messages, stream, api_key: canaries.bodyKey, timeout: 2 }],
    ["/v1/completions", { model, prompt: canaries.prompt, stream }],
    ["/v1/messages", { model, messages, max_tokens: 50, stream }],
    ["/v1/responses", { model, input: canaries.prompt, stream }],
    [
      `/bedrock/model/${model}/converse${stream ? "-stream" : ""}`,
      { messages: [{ role: "user", content: [{ text: canaries.prompt }] }] },
    ],
  ];
  const all = async () => {
    for (const model of models)
      for (const stream of [false, true])
        for (const [path, body] of apis(model, stream)) answers.push(await ask(gateway, path, body));
  };
  await all();
  for (const exception of faults) {
    emulator.addFault({ kind: "error", exception });
    for (const [path, body] of apis("signed", true)) answers.push(await ask(gateway, path, body));
    emulator.clearFaults();
  }
  for (const kind of ["stream-error", "truncate", "corrupt", "reset", "json-body"] as const) {
    emulator.addFault({ kind, after: 2 });
    for (const [path, body] of apis("bearer", true)) answers.push(await ask(gateway, path, body));
    emulator.clearFaults();
  }
  const wrong = canaries.wrongKey;
  answers.push(await ask(gateway, "/v1/chat/completions", { model: "signed", messages }, wrong));
  answers.push(await ask(gateway, `/v1/models?key=${wrong}`, undefined, wrong));
  answers.push(
    await ask(gateway, "/v1/chat/completions", `{"model": "signed", "messages": ["${canaries.prompt}"`),
  );
  answers.push(await ask(gateway, "/v1/chat/completions", { model: "signed", messages: canaries.prompt }));
  answers.push(
    await ask(gateway, "/v1/chat/completions", {
      model: "signed",
      messages: [{ role: canaries.prompt, content: 1 }],
    }),
  );
  answers.push(
    await ask(gateway, "/v1/chat/completions", { model: "signed", messages, temperature: canaries.prompt }),
  );
  answers.push(await ask(gateway, "/v1/messages/count_tokens", { model: "signed", messages }));
  answers.push(await ask(gateway, "/utils/token_counter", { model: "signed", messages }));
  const pages = [
    "/",
    "/openapi.json",
    "/v1/models",
    "/v1/models/signed",
    "/model/info",
    "/v1/model/info",
    "/v2/model/info",
    "/model_group/info",
  ];
  for (const path of [...pages, "/health", "/health/readiness", "/metrics", "/nowhere"])
    answers.push(await ask(gateway, path));
  return answers;
}

describe.each(["json_logs: false", "json_logs: true", "set_verbose: true", "turn_off_message_logging: true"])(
  "nothing of a secret or a prompt gets out, with %s",
  (settings) => {
    test("at the most talkative level, in success and in failure", async () => {
      const lines: string[] = [];
      const path = folder.write("config.yaml", configWith(mirror.url, settings));
      const env = { ...emulator.environment, CANARY_API_KEY: apiKey ?? "", LITELLM_LOG: "DEBUG" };
      const { config, findings } = await loadConfig(path, { env });
      if (!config) throw new Error(JSON.stringify(findings));
      for (const [name, value] of Object.entries(emulator.environment)) vi.stubEnv(name, value);
      const gateway = await createGateway({
        config,
        access: resolveAccess(config, { host: "127.0.0.1", env: {} }),
        port: 0,
        env,
        write: (line) => void lines.push(line),
      });
      const answers = await askEverything(gateway);
      await gateway.close(0);
      vi.unstubAllEnvs();

      expect(seenIn(JSON.stringify(findings))).toEqual([]);
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(20);
      expect(answers.filter(({ status }) => status >= 400).length).toBeGreaterThan(40);
      expect(answers.flatMap(({ head }) => seenIn(head))).toEqual([]);
      // A model may repeat the prompt in its answer; nothing else may.
      const secrets = Object.keys(canaries).filter((name) => name !== "prompt");
      expect(answers.flatMap(({ body }) => seenIn(body, secrets))).toEqual([]);
      expect(answers.filter(({ status }) => status >= 400).flatMap(({ body }) => seenIn(body))).toEqual([]);
      expect(lines.length).toBeGreaterThan(answers.length);
      expect(lines.flatMap((line) => seenIn(line))).toEqual([]);
    });
  },
);

describe.skipIf(!isBuilt)("of the program itself (needs a build: npm run build)", () => {
  const env = () => ({ ...emulator.environment, CANARY_API_KEY: apiKey ?? "", LITELLM_LOG: "DEBUG" });

  test.each([
    ["check", ["check"]],
    ["check --json", ["check", "--json"]],
    ["check --strict, of a config with slips", ["check", "--strict"]],
  ])("%s", async (name, args) => {
    const slips = name.includes("slips")
      ? `\nlitellm_setings: {master_key: ${masterKey}}\naws_secret_acess_key: "${secretAccessKey}"\n`
      : "";
    const check = runBin([...args, folder.write("check.yaml", configWith(mirror.url, "") + slips)], {
      env: env(),
    });
    expect(await check.ended).toBe(slips === "" ? 0 : 1);
    expect(check.output().length).toBeGreaterThan(200);
    expect(seenIn(check.output())).toEqual([]);
  });

  test.each([
    [
      "that are pasted into the file with a slip",
      (text: string) => `${text}\n  master_key: ${masterKey}: oops\n`,
    ],
    ["under a key of no meaning", (text: string) => text.replace("api_key:", "api_kee:")],
    [
      "in the wrong block",
      (text: string) =>
        text.replace("litellm_settings: {", `litellm_settings: {master_key: "${masterKey}", `),
    ],
    [
      "as a list",
      (text: string) => text.replace(/master_key: \S+/, `master_key: ["${masterKey}"`).replace(/"\}/, '"]}'),
    ],
  ])("secrets %s are not repeated", async (_, spoil) => {
    const path = folder.write("spoilt.yaml", spoil(configWith(mirror.url, "")));
    const check = runBin(["check", path], { env: env() });
    await check.ended;
    expect(check.output().length).toBeGreaterThan(50);
    expect(seenIn(check.output())).toEqual([]);
  });

  test("starting, serving, reloading and ending with --detailed_debug", async () => {
    const path = folder.write("serve.yaml", configWith(mirror.url, ""));
    const gateway = runBin(["--config", path, "--host", "127.0.0.1", "--port", "0", "--detailed_debug"], {
      env: env(),
    });
    const [, url = ""] = await gateway.says(/Outcrop is running at (\S+)\n/);
    const headers = { authorization: `Bearer ${masterKey}` };
    const body = JSON.stringify({ model: "signed", messages: [{ role: "user", content: canaries.prompt }] });
    expect((await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body })).status).toBe(200);
    folder.write("serve.yaml", configWith(mirror.url, "").replace(masterKey ?? "", canaries.wrongKey ?? ""));
    gateway.signal("SIGHUP");
    await gateway.says(/read again/);
    expect((await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body })).status).toBe(401);
    gateway.signal("SIGTERM");
    expect(await gateway.ended).toBe(0);
    expect(gateway.output().length).toBeGreaterThan(200);
    expect(seenIn(gateway.output())).toEqual([]);
  });
});
