import { describe, expect, it } from "vitest";
import { resolveAccess } from "../../src/config/access.ts";
import { describeModel } from "../../src/config/report/describe-model.ts";
import { load, summary } from "./load.ts";

/** The configs that LiteLLM's page on imported models prints, and where they lead. */
const configs: readonly (readonly [alias: string, model: string, family: string, wire: string])[] = [
  [
    "DeepSeek-R1-Distill-Llama-70B",
    "bedrock/deepseek_r1/arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n",
    "deepseek_r1",
    "bedrock_completion",
  ],
  [
    "DeepSeek-R1-Distill-Llama-70B",
    "bedrock/llama/arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n",
    "llama3",
    "bedrock_completion",
  ],
  [
    "Qwen3-32B",
    "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model",
    "qwen3",
    "bedrock_completion",
  ],
  [
    "Qwen2-72B",
    "bedrock/qwen2/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen2-model",
    "qwen2",
    "bedrock_completion",
  ],
  [
    "qwen-25vl-72b",
    "bedrock/openai/arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
    "plain",
    "openai_chat",
  ],
];

describe("the configs of LiteLLM's own page", () => {
  it.each(configs)("%s at %s", async (alias, model, family, wire) => {
    const { config, findings } = await load(`model_list:
    - model_name: ${alias}
      litellm_params:
        model: ${model}
`);
    expect(findings).toEqual([]);
    const [entry] = config?.models ?? [];
    if (!config || !entry) throw new Error("no model");
    expect(describeModel(entry, {})).toMatchObject({
      alias,
      family,
      wire,
      region: "us-east-1",
      available: true,
    });
    expect(resolveAccess(config, { env: {} })).toMatchObject({ host: "127.0.0.1", masterKey: undefined });
  });

  it("kimi-k2, with credentials from the environment", async () => {
    const yaml = `model_list:
  - model_name: kimi-k2
    litellm_params:
      model: bedrock/moonshot.kimi-k2-thinking
      aws_access_key_id: os.environ/AWS_ACCESS_KEY_ID
      aws_secret_access_key: os.environ/AWS_SECRET_ACCESS_KEY
      aws_region_name: us-west-2
`;
    const env = { AWS_ACCESS_KEY_ID: "your-aws-access-key", AWS_SECRET_ACCESS_KEY: "your-aws-secret-key" };
    const { config, findings } = await load(yaml, { env });
    expect(findings).toEqual([]);
    expect(config?.models[0]?.deployment?.auth).toEqual({
      accessKeyId: "your-aws-access-key",
      secretAccessKey: "your-aws-secret-key",
    });
    const [entry] = config?.models ?? [];
    expect(entry && describeModel(entry, {})).toMatchObject({
      family: "kimi_k2",
      wire: "converse",
      region: "us-west-2",
    });

    const without = await load(yaml);
    expect(without.config).toBeUndefined();
    expect(summary(without)).toEqual([
      "error unset_reference model_list[0].litellm_params.aws_access_key_id",
      "error unset_reference model_list[0].litellm_params.aws_secret_access_key",
    ]);
  });

  it("copied from a page that lost its indentation, it says what stands in the wrong place", async () => {
    const { config, findings } = await load(
      "model_list:\n- model_name: Qwen3-32B\nlitellm_params:\nmodel: bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/x\n",
    );
    expect(config).toBeUndefined();
    expect(findings.map(({ level, line, message }) => `${level} ${line}: ${message}`)).toEqual([
      "error 2: model_list[0] needs litellm_params.",
      "warning 3: litellm_params is ignored: it belongs to model_list[].",
      "warning 4: model is ignored: it belongs to litellm_params.",
    ]);
  });
});
