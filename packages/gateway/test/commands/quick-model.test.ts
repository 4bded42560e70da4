import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load-config.ts";
import { quickModelWarnings, toQuickConfig } from "../../src/commands/quick-model.ts";

const model = "bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc";

async function load(options: Parameters<typeof toQuickConfig>[0]) {
  const source = toQuickConfig(options);
  if (!source) throw new Error("no model, no config");
  return loadConfig(source.path, { ...source, env: {}, cwd: "/nowhere" });
}

test("--model alone is a config of one model, which answers every name", async () => {
  const { config, findings } = await load({ model });
  expect(findings).toEqual([]);
  expect(config?.models).toHaveLength(1);
  expect(config).toMatchObject({
    models: [{ modelName: model, unavailable: undefined, defaults: {}, routing: { timeout: 600 } }],
    general: { completionModel: model, masterKey: undefined },
    litellm: { dropParams: false },
  });
});

test("the options beside it", async () => {
  const { config, findings } = await load({
    model,
    alias: "mine",
    api_base: "http://127.0.0.1:9",
    temperature: "0.5",
    max_tokens: "7",
    request_timeout: "9",
    drop_params: true,
  });
  expect(findings).toEqual([]);
  expect(config).toMatchObject({
    models: [
      {
        modelName: "mine",
        deployment: { endpoint: "http://127.0.0.1:9" },
        defaults: { temperature: 0.5, max_tokens: 7 },
        routing: { timeout: 9 },
        shaping: { dropParams: true },
      },
    ],
    general: { completionModel: "mine" },
  });
});

test.each([
  ["a wrong number", { model, temperature: "warm" }, /temperature must be/],
  ["a model of somebody else", { model: "openai/gpt-4o" }, /openai/],
  ["an ARN that is none", { model: "bedrock/qwen3/arn:aws:nonsense" }, /arn/i],
])("%s is found as in a file", async (_, options, says) => {
  const { findings } = await load(options);
  expect(findings.map(({ message }) => message).join("\n")).toMatch(says);
  expect(findings[0]?.file).toBe("(command line)");
});

test("without --model there is no such config, and what goes with it is named", () => {
  expect(toQuickConfig({ alias: "a" })).toBeUndefined();
  expect(quickModelWarnings({ alias: "a", drop_params: true })).toEqual([
    expect.stringContaining("--alias"),
    expect.stringContaining("--drop_params"),
  ]);
  expect(quickModelWarnings({ model, alias: "a" })).toEqual([]);
  expect(quickModelWarnings({})).toEqual([]);
});
