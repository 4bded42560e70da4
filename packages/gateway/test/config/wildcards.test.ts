import fc from "fast-check";
import { OutcropError } from "@outcrop/sdk";
import { describe, expect, it } from "vitest";
import { createStarPattern, fillStars } from "../../src/config/star-pattern.ts";
import { arn, load, summary } from "./load.ts";

async function wildcard(modelName: string, model: string, more = "") {
  const { config, findings } = await load(
    `model_list: [{model_name: "${modelName}", litellm_params: {model: "${model}"${more}}}]`,
  );
  return { entry: config?.models[0], findings };
}

/** A pattern, its model, a name that is asked for, and the model that is called. */
const rows: readonly (readonly [pattern: string, model: string, name: string, called: string])[] = [
  ["bedrock/*", "bedrock/*", `bedrock/qwen3/${arn}`, arn],
  ["bedrock/*", "bedrock/*", "bedrock/moonshot.kimi-k2-thinking", "moonshot.kimi-k2-thinking"],
  ["*", "*", `bedrock/qwen3/${arn}`, arn],
  ["*", "bedrock/*", `qwen3/${arn}`, arn],
  ["*", `bedrock/qwen3/${arn}`, "anything at all", arn],
  [
    "my-*",
    `bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/*`,
    "my-abc",
    "arn:aws:bedrock:us-east-1:123456789012:imported-model/abc",
  ],
  ["*-at-*", "bedrock/converse/*.*", "amazon-at-nova-lite", "amazon.nova-lite"],
  ["a.c*", "bedrock/converse/*", "a.c1", "1"],
];

describe("a name with stars", () => {
  it.each(rows)("%s to %s: %s calls %s", async (pattern, model, name, called) => {
    const { entry, findings } = await wildcard(pattern, model);
    expect(findings).toEqual([]);
    expect(entry?.deployment).toBeUndefined();
    expect(entry?.wildcard?.matches(name)).toBe(true);
    expect(entry?.wildcard?.resolve(name)?.ref.modelId).toBe(called);
  });

  it.each([
    ["bedrock/*", "bedrock/*", "other/x"],
    ["my-*", "bedrock/converse/*", "your-abc"],
    ["a.c*", "bedrock/converse/*", "abc1"],
    ["a*c", "bedrock/converse/*", "abd"],
  ])("%s to %s does not match %s", async (pattern, model, name) => {
    const { entry } = await wildcard(pattern, model);
    expect(entry?.wildcard?.matches(name)).toBe(false);
    expect(entry?.wildcard?.resolve(name)).toBeUndefined();
  });

  it("with more stars than its model has makes the name the model, as LiteLLM does", () => {
    expect(fillStars("bedrock/meta.llama3*", ["hello-", "-70b"], "hello-meta.llama3-70b")).toBe(
      "hello-meta.llama3-70b",
    );
    expect(fillStars("bedrock/x-*-*", ["a"], "a")).toBe("bedrock/x-a-*");
    expect(fillStars("bedrock/x", ["a", "b"], "a/b")).toBe("bedrock/x");
    expect(fillStars("bedrock/*", ["$&$1"], "$&$1")).toBe("bedrock/$&$1");
  });

  it("keeps the settings of its entry in every deployment", async () => {
    const { entry } = await wildcard(
      "bedrock/*",
      "bedrock/*",
      ", aws_region_name: us-east-1, timeout: 5, api_key: k",
    );
    const deployment = entry?.wildcard?.resolve("bedrock/converse/x");
    expect(deployment).toMatchObject({ region: "us-east-1", timeout: 5, auth: { apiKey: "k" } });
    expect(entry?.wildcard?.resolve("bedrock/converse/x")).toBe(deployment);
  });

  it.each([
    ["bedrock/*", "bedrock/*", "bedrock/nonsense/route", "invalid_model"],
    [
      "bedrock/*",
      "bedrock/*",
      `bedrock/qwen3/arn:aws:bedrock:eu-west-1:123456789012:imported-model/abc`,
      "region_mismatch",
    ],
    ["*", "*", "gpt-4o", "not_found"],
    ["*", "*", "openai/gpt-4o", "not_found"],
    ["*", "*", "bedrok/qwen3/x", "invalid_model"],
  ])("%s to %s refuses %s with %s", async (pattern, model, name, code) => {
    const { entry } = await wildcard(pattern, model, ", aws_region_name: us-east-1");
    const failure = fails(() => entry?.wildcard?.resolve(name));
    expect(failure.code).toBe(code);
  });

  it("of another provider is kept, and every name that fits it gets a 404", async () => {
    const { entry, findings } = await wildcard("openai/*", "openai/*");
    expect(summary({ findings })).toEqual(["warning unavailable_model model_list[0].litellm_params.model"]);
    expect(entry?.unavailable).toContain("the provider openai");
    expect(entry?.wildcard?.matches("openai/gpt-4o")).toBe(true);
    expect(fails(() => entry?.wildcard?.resolve("openai/gpt-4o")).status).toBe(404);
  });

  it("of another provider matches where a mock answers, and leads nowhere else", async () => {
    const { entry, findings } = await wildcard("openai/*", "openai/*", ", mock_response: hi");
    expect(findings).toEqual([]);
    expect(entry?.wildcard?.matches("openai/gpt-4o")).toBe(true);
    expect(entry?.wildcard?.resolve("openai/gpt-4o")).toBeUndefined();
  });

  it("that is blocked resolves to nothing", async () => {
    const { config } = await load(
      'model_list: [{model_name: "bedrock/*", litellm_params: {model: "bedrock/*"}, model_info: {blocked: true}}]',
    );
    expect(fails(() => config?.models[0]?.wildcard?.resolve("bedrock/converse/x")).code).toBe("not_found");
  });

  it.each([
    ["bedrock/qwen4/*", "invalid_model"],
    ["bedrock/qwen3/*", undefined],
    ["bedrock/qwen3/arn:aws:bedrock:us-east-1:1:imported-model/*", "invalid_model"],
    ["bedrock/qwen3/arn:aws:bedrock:us-east-1:*:imported-model/*", undefined],
    ["bedrock/qwen3/arn:aws:bedrock:eu-west-1:123456789012:imported-model/*", "region_mismatch"],
  ])("is tried when the config is read: %s gives %s", async (model, code) => {
    const { findings } = await wildcard("my-*", model, ", aws_region_name: us-east-1");
    expect(findings[0]?.code).toBe(code);
  });

  it("is more specific the longer it is", async () => {
    const long = await wildcard("bedrock/qwen3/*", "bedrock/qwen3/*");
    const short = await wildcard("*", "*");
    expect(long.entry?.wildcard?.specificity).toBeGreaterThan(short.entry?.wildcard?.specificity ?? 0);
  });

  it("does not take long over a name that nobody would give", async () => {
    const { entry } = await wildcard("*a*a*a*b", "bedrock/converse/*");
    expect(entry?.wildcard?.matches("a".repeat(100_000))).toBe(false);
  });
});

function fails(call: () => unknown): OutcropError {
  try {
    call();
  } catch (error) {
    if (error instanceof OutcropError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("stars, whatever the text", () => {
  const part = fc.string({ maxLength: 8 }).filter((text) => !text.includes("*"));

  it("take what makes the name again when it is put back", () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 2, maxLength: 4 }),
        fc.array(part, { minLength: 3, maxLength: 3 }),
        (fixed, values) => {
          const stars = fixed.length - 1;
          const name = fixed
            .map((text, index) => text + (index < stars ? (values[index] ?? "") : ""))
            .join("");
          const captures = createStarPattern(fixed.join("*")).match(name);
          expect(captures).toHaveLength(stars);
          const again = fixed.map((text, index) => text + (captures?.[index] ?? "")).join("");
          expect(again).toBe(name);
        },
      ),
    );
  });

  it("take what LiteLLM's expression takes", () => {
    const letters = fc.string({ maxLength: 6, unit: fc.constantFrom("a", "b", "*") });
    const names = fc.string({ maxLength: 12, unit: fc.constantFrom("a", "b") });
    fc.assert(
      fc.property(letters, names, (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll("*", "(.*)")}$`, "s").exec(name)?.slice(1);
        expect(createStarPattern(pattern).match(name)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("and nothing but stars is special", () => {
    fc.assert(
      fc.property(part, part, (pattern, name) => {
        expect(createStarPattern(pattern).match(name) !== undefined).toBe(pattern === name);
      }),
    );
  });
});
