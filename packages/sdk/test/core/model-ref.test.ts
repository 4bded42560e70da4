import { describe, expect, test } from "vitest";
import { OutcropError } from "../../src/core/errors.ts";
import { parseArn, parseModelRef, routeNames } from "../../src/core/model-ref.ts";

const arn = "arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n";

describe("parseModelRef", () => {
  test.each([
    ...routeNames.map(
      (route) =>
        [`bedrock/${route}/${arn}`, undefined, { route, modelId: arn, region: "us-east-1" }] as const,
    ),
    [`bedrock/${arn}`, undefined, { route: undefined, modelId: arn, region: "us-east-1" }],
    [`bedrock/us-east-1/openai/${arn}`, undefined, { route: "openai", modelId: arn, region: "us-east-1" }],
    [`bedrock/openai/us-east-1/${arn}`, undefined, { route: "openai", modelId: arn, region: "us-east-1" }],
    [
      "bedrock/moonshot.kimi-k2-thinking",
      undefined,
      { route: undefined, modelId: "moonshot.kimi-k2-thinking", region: undefined },
    ],
    [
      "bedrock/invoke/moonshot.kimi-k2-thinking",
      undefined,
      { route: "invoke", modelId: "moonshot.kimi-k2-thinking", region: undefined },
    ],
    [
      "bedrock/us-west-2/moonshot.kimi-k2-thinking",
      undefined,
      { route: undefined, modelId: "moonshot.kimi-k2-thinking", region: "us-west-2" },
    ],
    ["bedrock/llama/any-name", arn, { route: "llama", modelId: arn, region: "us-east-1" }],
    ["bedrock/qwen3", arn, { route: "qwen3", modelId: arn, region: "us-east-1" }],
    [
      "bedrock/us.deepseek.r1-v1:0",
      undefined,
      { route: undefined, modelId: "us.deepseek.r1-v1:0", region: undefined },
    ],
  ] as const)("%s with model_id %s", (model, modelId, expected) => {
    expect(parseModelRef(model, modelId)).toMatchObject(expected);
  });

  test.each([
    ["gpt-4", "invalid_model", /bedrock\//],
    [`qwen3/${arn}`, "invalid_model", /does not start with/],
    ["bedrock/", "invalid_model", /names no model id/],
    ["bedrock/qwen3", "invalid_model", /names no model id/],
    [`bedrock/qwen4/${arn}`, "invalid_model", /unknown route "qwen4"/],
    [`bedrock/eu-central-1/qwen3/${arn}`, "region_mismatch", /eu-central-1 contradicts .* us-east-1/],
    ["bedrock/qwen3/arn:aws:bedrock:us-east-1:123:imported-model/a", "invalid_model", /12-digit/],
    ["bedrock/qwen3/arn:aws:s3:us-east-1:086734376398:imported-model/a", "invalid_model", /service/],
    ["bedrock/qwen3/arn:aws:bedrock:nowhere:086734376398:imported-model/a", "invalid_model", /region/],
    [
      "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model",
      "invalid_model",
      /type and an id/,
    ],
  ] as const)("%s is refused", (model, code, message) => {
    const failure = attempt(() => parseModelRef(model));
    expect(failure).toBeInstanceOf(OutcropError);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("parseArn", () => {
  test.each([
    [arn, "aws", "imported-model", "r4c4kewx2s0n"],
    [
      "arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model",
      "aws",
      "imported-model",
      "your-qwen3-model",
    ],
    ["arn:aws-cn:bedrock:cn-north-1:086734376398:imported-model/Ab-1", "aws-cn", "imported-model", "Ab-1"],
    [
      "arn:aws-us-gov:bedrock:us-gov-west-1:086734376398:provisioned-model/x",
      "aws-us-gov",
      "provisioned-model",
      "x",
    ],
    [
      "arn:aws:bedrock:us-west-2::foundation-model/moonshot.kimi-k2-thinking",
      "aws",
      "foundation-model",
      "moonshot.kimi-k2-thinking",
    ],
    [
      "arn:aws:bedrock:us-west-2:086734376398:inference-profile/us.a.b-v1:0",
      "aws",
      "inference-profile",
      "us.a.b-v1:0",
    ],
  ])("%s", (text, partition, type, id) => {
    expect(parseArn(text)).toMatchObject({ partition, type, id });
  });

  test("an import needs an account", () => {
    expect(() => parseArn("arn:aws:bedrock:us-east-1::imported-model/abc")).toThrow(/12-digit/);
  });
});

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
