import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEmulator, parseDuration, parseEmulatorConfig, readEmulatorConfig } from "../src/index.ts";

const examplePath = fileURLToPath(new URL("../../../examples/emulator.yaml", import.meta.url));
const read = (yaml: string): unknown => parseEmulatorConfig(yaml, "emulator.yaml");

test("the example is right, and an emulator runs on it", async () => {
  const options = parseEmulatorConfig(readFileSync(examplePath, "utf8"), "examples/emulator.yaml");
  const emulator = await createEmulator(options);
  expect(emulator.models().map((model) => [model.name, model.formats])).toEqual([
    ["support-bot", ["OpenAIChatCompletion", "BedrockCompletion"]],
    ["base-model", ["OpenAIChatCompletion", "BedrockCompletion", "OpenAICompletion"]],
    ["old-mistral", ["BedrockCompletion"]],
    ["moonshot.kimi-k2-thinking", ["OpenAIChatCompletion"]],
  ]);
  expect(emulator.models()[2]?.answerShape).toBe("outputs");
  await emulator.close();
});

test("every setting has its reader", () => {
  const yaml = `
host: 0.0.0.0
port: 4566
region: eu-central-1
account: "000000000012"
builtInModels: true
foundationModels: [{ id: a.b-v1:0, dialect: plain, reasoning: reasoning-field, thinks: true, images: true, contextTokens: 10, maxOutputTokens: 5 }]
models:
  - { name: m, architecture: llama, arn: "arn:aws:bedrock:us-east-1:123456789012:imported-model/a-b", imported: after, toolParser: true, thinks: false, formats: [OpenAICompletion], extensions: false, unitsPerCopy: 3, unitsVersion: 2.0, contextTokens: 4096, countTokens: true, coldStart: 1s, s3Uri: s3://a, jobName: j, jobArn: k, kmsKeyArn: l, images: true, instructSupported: true, answerShape: text, chatTemplate: true, id: x }
holdLimit: 1m
concurrencyPerCopy: 2
maxCopies: 1
importDuration: 0
importQuota: 9
importSources: { "s3://bucket/a": ./a, "s3://bucket/b": { names: [config.json], config: { model_type: llama } } }
tokensPerSecond: 50
padding: false
upstream: { url: "http://localhost:11434", model: m, apiKey: k }
llama: { gguf: ./m.gguf }
credentials: [{ accessKeyId: a, secretAccessKey: b, sessionToken: c, expiration: 2027-01-01T00:00:00Z }]
apiKeys: [ABSKx]
assumptions: { bothLimits: reject, missingModel: ValidationException, contentType: lenient, tokenCountHeaders: false }
prices: { date: 2027-01, perUnitMinute: { "1.0": { "*": 1 } }, perMillionTokens: { a: { input: 1, output: 2 } } }
bodyLimit: 1000
stall: 10s
`;
  expect(read(yaml)).toMatchObject({
    account: "000000000012",
    importDuration: 0,
    stall: 10_000,
    models: [{ unitsVersion: "2.0", coldStart: 1000, imported: "2026-01-15T09:00:00Z" }],
    importSources: {
      "s3://bucket/a": "./a",
      "s3://bucket/b": { names: ["config.json"], tokenizerConfig: {} },
    },
  });
});

test("an empty file is the default", () => {
  for (const yaml of ["", "# nothing\n", "---\n"]) expect(read(yaml)).toEqual({});
});

describe("what is wrong is told with file, line and column", () => {
  test.each([
    [
      "models:\n  - name: m\n    architecture: llma\n",
      "emulator.yaml:3:19: models[0].architecture: expected one of llama, mllama,",
    ],
    ["coldstart: 90s\n", "emulator.yaml:1:1: coldstart: unknown setting; did you mean coldStart?"],
    ["cold_start: 90s\n", "emulator.yaml:1:1: cold_start: unknown setting; did you mean coldStart?"],
    ["seed: 1\nnonsense: 2\n", "emulator.yaml:2:1: nonsense: unknown setting; known here: host, port,"],
    [
      "coldStart: soon\n",
      'emulator.yaml:1:12: coldStart: "soon" is not a duration: write for example 250ms, 90s, 5m or 1h',
    ],
    ["coldStart: -5\n", 'emulator.yaml:1:12: coldStart: "-5" is not a duration'],
    ["coldMode: wait\n", 'emulator.yaml:1:11: coldMode: expected one of hold, refuse, got "wait"'],
    ["port: 70000\n", "emulator.yaml:1:7: port: expected a number from 0 to 65535, got 70000"],
    ["port: 1.5\n", "emulator.yaml:1:7: port: expected a whole number, got 1.5"],
    ["models: 5\n", "emulator.yaml:1:9: models: expected a list, got 5"],
    ["models:\n  - architecture: llama\n", "emulator.yaml:2:5: models[0]: name is missing"],
    [
      "models:\n  - name: m\n    architecture: llama\n    chatTemplate: maybe\n",
      'emulator.yaml:4:19: models[0].chatTemplate: expected true or false, got "maybe"',
    ],
    [
      "models:\n  - name: a.b\n    architecture: llama\n",
      "emulator.yaml:2:11: models[0].name: a model's name has letters and digits",
    ],
    [
      "models:\n  - { name: m, architecture: llama, arn: x }\n",
      "emulator.yaml:2:42: models[0].arn: expected an ARN such as",
    ],
    [
      "models:\n  - { name: m, architecture: llama, imported: lately }\n",
      "emulator.yaml:2:47: models[0].imported: expected a date",
    ],
    [
      "account: 123456789012\n",
      "emulator.yaml:1:10: account: expected an account of twelve digits in quotes",
    ],
    ["region: europe\n", "emulator.yaml:1:9: region: expected a region such as us-east-1"],
    [
      "faults:\n  - kind: reset\n    rate: 2\n",
      "emulator.yaml:3:11: faults[0].rate: expected a number from 0 to 1, got 2",
    ],
    ["faults:\n  - kind: boom\n", 'emulator.yaml:2:11: faults[0].kind: unknown kind of fault "boom"'],
    [
      "scripts:\n  - match: /(/\n    answer: x\n",
      "emulator.yaml:2:12: scripts[0].match: Invalid regular expression",
    ],
    ["scripts:\n  - match: x\n", "emulator.yaml:2:5: scripts[0]: answer is missing"],
    ["scripts:\n  - answer: { txt: x }\n", "emulator.yaml:2:15: scripts[0].answer.txt: unknown setting"],
    ["- a\n", "emulator.yaml:1:1: expected a mapping, got a list"],
    ["a: [1\n", "emulator.yaml:2:1: Flow sequence in block collection"],
    ["seed: 1\nseed: 2\n", "emulator.yaml:2:1: Map keys must be unique"],
  ])("%j", (yaml, message) => {
    expect(() => read(yaml)).toThrow(message);
  });

  test("and never in another way, whatever the file holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (yaml) => {
        try {
          read(yaml);
        } catch (error) {
          expect(error).toMatchObject({
            name: "ConfigError",
            message: expect.stringMatching(/^emulator\.yaml:\d+:\d+: /),
          });
        }
      }),
    );
  });
});

test("directories of import sources are relative to the file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "emulator-config-"));
  const file = join(directory, "emulator.yaml");
  writeFileSync(file, "importSources: { 's3://b/m': models/m }\n");
  expect((await readEmulatorConfig(file)).importSources).toEqual({ "s3://b/m": join(directory, "models/m") });
});

test.each([
  ["250ms", 250],
  ["90s", 90_000],
  ["1.5h", 5_400_000],
  ["5 m", 300_000],
  ["2d", 172_800_000],
  ["42", 42],
  [42, 42],
  [0, 0],
])("the duration %j is %d ms", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(["", "s", "5x", "-5s", "1e3s", Number.NaN, Number.POSITIVE_INFINITY, -1])(
  "%j is no duration",
  (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
  },
);
