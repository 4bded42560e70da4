import { readFileSync } from "node:fs";
import { type JsonObject, parseChatRequest } from "@outcrop/sdk";
import { describe, expect, it } from "vitest";
import { toModelTarget } from "../../src/config/models/model-string.ts";
import { toChatTemplate } from "../../src/config/models/prompt-template.ts";
import { arn, load, summary } from "./load.ts";

const anAccount = "arn:aws:bedrock:us-east-1:123456789012";

/** `model`, `custom_llm_provider`, and where the calls go. */
const bedrockModels: readonly (readonly [model: string, provider: string | undefined, target: string])[] = [
  [`bedrock/qwen3/${arn}`, undefined, `bedrock/qwen3/${arn}`],
  [`bedrock/${arn}`, undefined, `bedrock/${arn}`],
  [arn, undefined, `bedrock/${arn}`],
  [arn, "bedrock", `bedrock/${arn}`],
  [`qwen3/${arn}`, "bedrock", `bedrock/qwen3/${arn}`],
  [`bedrock/qwen3/${arn}`, "bedrock", `bedrock/qwen3/${arn}`],
  [
    `arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:imported-model/x`,
    undefined,
    `bedrock/arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:imported-model/x`,
  ],
  ["bedrock/moonshot.kimi-k2-thinking", undefined, "bedrock/moonshot.kimi-k2-thinking"],
  ["moonshot.kimi-k2-thinking", undefined, "bedrock/moonshot.kimi-k2-thinking"],
  [
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    undefined,
    "bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0",
  ],
  ["anthropic.claude-v2", "bedrock", "bedrock/anthropic.claude-v2"],
  ["amazon.nova-pro-v1:0", "bedrock_converse", "bedrock/converse/amazon.nova-pro-v1:0"],
  ["bedrock/us-east-1/qwen3/x", undefined, "bedrock/us-east-1/qwen3/x"],
  ["bedrock/invoke/moonshot.kimi-k2-thinking", undefined, "bedrock/invoke/moonshot.kimi-k2-thinking"],
];

describe("a model of Bedrock", () => {
  it.each(bedrockModels)("%s (%s) is %s", (model, provider, target) => {
    expect(toModelTarget(model, provider)).toEqual({ kind: "bedrock", model: target });
  });
});

const foreignModels: readonly (readonly [model: string, provider: string | undefined, reason: string])[] = [
  ["openai/gpt-4o", undefined, "the provider openai"],
  ["azure/my-deployment", undefined, "the provider azure"],
  ["gpt-4o", undefined, "no model of Bedrock"],
  ["gpt-4o", "openai", "the provider openai"],
  ["anthropic/claude-3-opus", undefined, "the provider anthropic"],
  ["vertex_ai/gemini-pro", undefined, "the provider vertex_ai"],
  ["bedrock_mantle/openai.gpt-5", undefined, "the provider bedrock_mantle"],
  ["sagemaker/my-endpoint", undefined, "the provider sagemaker"],
  ["bedrock/agent/A1/B2", undefined, "bedrock/agent is not built"],
  ["bedrock/converse_like/x", undefined, "bedrock/converse_like is not built"],
  [`bedrock/nova/${arn}`, undefined, "bedrock/nova is not built; bedrock/converse/"],
];

describe("a model of another provider", () => {
  it.each(foreignModels)("%s (%s) can't be served: %s", (model, provider, reason) => {
    const target = toModelTarget(model, provider);
    if (target.kind !== "unavailable") throw new Error(target.kind);
    expect(target.reason).toContain(reason);
  });

  it("is kept with a warning, whatever else its entry says, and its keys are not missed", async () => {
    const { config, findings } = await load(`model_list:
  - model_name: gpt
    litellm_params:
      model: azure/gpt-4o
      api_key: os.environ/AZURE_KEY
      api_base: os.environ/AZURE_BASE
      api_version: 2024-06-01
      azure_thing: 1
  - model_name: mine
    litellm_params: {model: bedrock/qwen3/${arn}}
`);
    expect(summary({ findings })).toEqual(["warning unavailable_model model_list[0].litellm_params.model"]);
    expect(findings[0]).toMatchObject({ line: 4, column: 7 });
    expect(config?.models[0]).toMatchObject({ modelName: "gpt", deployment: undefined });
    expect(config?.models[0]?.unavailable).toBe(
      "The model gpt can't be served: it belongs to the provider azure, and this gateway serves models of Amazon Bedrock only.",
    );
    expect(config?.models[1]?.deployment).toBeDefined();
  });

  it("is served where a mock answers for it", async () => {
    const { config, findings } = await load(
      "model_list: [{model_name: m, litellm_params: {model: openai/gpt-4o, api_key: os.environ/NONE, mock_response: hi}}]",
    );
    expect(findings).toEqual([]);
    expect(config?.models[0]).toMatchObject({ unavailable: undefined, shaping: { mockResponse: "hi" } });
  });
});

/** Lines of litellm_params, the code of the one error, the key it stands at, and a part of what it says. */
const broken: readonly (readonly [params: string, code: string, key: string, says: string])[] = [
  [`model: bedrock/qwen4/${arn}`, "invalid_model", "model", 'unknown route "qwen4"'],
  [`model: bedrok/qwen3/${arn}`, "invalid_model", "model", `Did you mean "bedrock/qwen3/${arn}"?`],
  [`model: Bedrock/qwen3/${arn}`, "invalid_model", "model", `Did you mean "bedrock/qwen3/${arn}"?`],
  [`model: qwen3/${arn}`, "invalid_model", "model", `Did you mean "bedrock/qwen3/${arn}"?`],
  ["model: bedrock/", "invalid_model", "model", "names no model id"],
  ["model: bedrock/qwen3/", "invalid_model", "model", "names no model id"],
  [
    "model: bedrock/qwen3/arn:aws:bedrock:us-east-1:12345:imported-model/abc",
    "invalid_model",
    "model",
    "12-digit account",
  ],
  [
    "model: bedrock/qwen3/arn:aws:bedrock:useast:123456789012:imported-model/abc",
    "invalid_model",
    "model",
    "not a region",
  ],
  [
    "model: bedrock/qwen3/arn:aws:bedrok:us-east-1:123456789012:imported-model/abc",
    "invalid_model",
    "model",
    'its service is "bedrok"',
  ],
  [
    "model: arn:aws:sagemaker:us-east-1:123456789012:endpoint/x",
    "invalid_model",
    "model",
    'its service is "sagemaker"',
  ],
  [`model: bedrock/qwen3/${anAccount}:imported-model`, "invalid_model", "model", "needs a type and an id"],
  [`model: bedrock/qwen3/x\n      model_id: ${anAccount}:nothing`, "invalid_model", "model", "not an ARN"],
  [
    `model: bedrock/qwen3/${arn}\n      aws_region_name: eu-west-1`,
    "region_mismatch",
    "aws_region_name",
    "eu-west-1 contradicts the ARN's region us-east-1",
  ],
  [`model: bedrock/eu-west-1/qwen3/${arn}`, "region_mismatch", "model", "eu-west-1 contradicts"],
  [
    `model: bedrock/qwen3/${arn}\n      aws_region_name: US-EAST-1`,
    "invalid_model",
    "aws_region_name",
    "not a region",
  ],
  [`model: bedrock/qwen3/${arn}\n      wire: smoke_signals`, "invalid_model", "wire", "is not a wire"],
  [
    `model: bedrock/qwen3/${arn}\n      chat_template: qwen33`,
    "invalid_model",
    "chat_template",
    'Did you mean "qwen3"?',
  ],
  [
    `model: bedrock/openai/${arn}\n      wire: bedrock_completion`,
    "invalid_model",
    "",
    "has no chat template",
  ],
  [
    `model: bedrock/qwen3/${arn}\n      aws_access_key_id: A`,
    "invalid_model",
    "",
    "without aws_secret_access_key",
  ],
  ["model:", "missing_key", "", "needs model"],
  ["timeout: 5", "missing_key", "", "needs model"],
  ["model: [a]", "wrong_kind", "model", "must be text, and is a list"],
  [`model: "bedrock/qwen3/*"`, "invalid_model", "model", "has a star"],
  [
    `model: bedrock/qwen3/${arn}\n      timeout: soon`,
    "wrong_kind",
    "timeout",
    "must be a number of seconds, and is other text",
  ],
  [`model: bedrock/qwen3/${arn}\n      rpm: -1`, "wrong_kind", "rpm", "must be a whole number"],
  [`model: bedrock/qwen3/${arn}\n      rpm: 1.5`, "wrong_kind", "rpm", "must be a whole number"],
  [`model: bedrock/qwen3/${arn}\n      weight: .inf`, "wrong_kind", "weight", "must be a number"],
  [
    `model: bedrock/qwen3/${arn}\n      drop_params: maybe`,
    "wrong_kind",
    "drop_params",
    "must be true or false",
  ],
  [
    `model: bedrock/qwen3/${arn}\n      tags: {a: b}`,
    "wrong_kind",
    "tags",
    "must be a list of text, and is a map",
  ],
  [
    `model: bedrock/qwen3/${arn}\n      extra_headers: [a]`,
    "wrong_kind",
    "extra_headers",
    "must be a map of text, and is a list",
  ],
  [
    `model: bedrock/qwen3/${arn}\n      litellm_credential_name: nobody`,
    "unknown_credential",
    "litellm_credential_name",
    "credential_list is empty",
  ],
  [
    `model: bedrock/qwen3/${arn}\n      api_key: os.environ/NOT_SET`,
    "unset_reference",
    "api_key",
    "NOT_SET is not set",
  ],
  [
    `model: bedrock/qwen3/${arn}\n      aws_role_name: os.environ/NOT_SET`,
    "unset_reference",
    "aws_role_name",
    "NOT_SET is not set",
  ],
  [
    `model: bedrock/qwen3/${arn}\n      extra_headers: {authorization: os.environ/NOT_SET}`,
    "unset_reference",
    "extra_headers",
    "NOT_SET is not set",
  ],
];

describe("a model that is broken keeps the gateway from starting", () => {
  it.each(broken)("%s", async (params, code, key, says) => {
    const { config, findings } = await load(
      `model_list:\n  - model_name: m\n    litellm_params:\n      ${params}\n`,
    );
    expect(config).toBeUndefined();
    const errors = findings.filter(({ level }) => level === "error");
    expect(errors).toHaveLength(1);
    const path = `model_list[0].litellm_params${key === "" ? "" : `.${key}`}`;
    expect(errors[0]).toMatchObject({ code, path });
    expect(errors[0]?.line).toBeGreaterThan(1);
    expect(errors[0]?.message).toContain(says);
  });

  it.each([
    ["model_list:\n  - litellm_params: {model: gpt}", "model_list[0] needs model_name."],
    ["model_list:\n  - model_name: m", "model_list[0] needs litellm_params."],
    [
      "model_list:\n  - model_name: m\n    litellm_params: x",
      "model_list[0].litellm_params must be a map, and is other text.",
    ],
    ["model_list:\n  - m", "model_list[0] must be a map, and is other text."],
    ["model_list: {m: x}", "model_list must be a list of models, and is a map."],
    [
      "model_list: []",
      "model_list is missing: there is no model to serve. Give it an entry of model_name and litellm_params.",
    ],
    [
      "model_list:",
      "model_list is missing: there is no model to serve. Give it an entry of model_name and litellm_params.",
    ],
    [
      "general_settings: {}",
      "model_list is missing: there is no model to serve. Give it an entry of model_name and litellm_params.",
    ],
    [
      "model_list:\n  - model_name: on\n    litellm_params: {model: gpt}",
      "model_list[0].model_name must be text, and is true; put text in quotes.",
    ],
  ])("%j", async (yaml, message) => {
    const { config, findings } = await load(yaml);
    expect(config).toBeUndefined();
    expect(findings.filter(({ level }) => level === "error").map((finding) => finding.message)).toEqual([
      message,
    ]);
  });
});

describe("deployments", () => {
  const two = (first: string, second: string) =>
    load(`model_list:
  - {model_name: m, litellm_params: {model: bedrock/qwen3/${arn}}, ${first}}
  - {model_name: m, litellm_params: {model: bedrock/qwen3/${arn}}, ${second}}
`);

  it("of one name form a group, in the order of the file", async () => {
    const { config } = await two("rpm: 1", "rpm: 2");
    expect(config?.models.map(({ modelName, routing }) => [modelName, routing.rpm])).toEqual([
      ["m", 1],
      ["m", 2],
    ]);
  });

  it("have ids that differ, that are the same at every reading, and that no secret's value is in", async () => {
    const yaml = `model_list:
  - {model_name: m, litellm_params: {model: bedrock/qwen3/${arn}, api_key: os.environ/KEY}}
  - {model_name: m, litellm_params: {model: bedrock/qwen3/${arn}, api_key: os.environ/KEY}}
  - {model_name: m, litellm_params: {api_key: os.environ/KEY, model: bedrock/qwen3/${arn}}}
`;
    const first = await load(yaml, { env: { KEY: "one" } });
    const later = await load(yaml, { env: { KEY: "two" } });
    const ids = first.config?.models.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(later.config?.models.map(({ id }) => id)).toEqual(ids);
  });

  it("have ids that do not depend on the entries of other models", async () => {
    const alone = await load(`model_list: [{model_name: m, litellm_params: {model: bedrock/qwen3/${arn}}}]`);
    const among = await load(`model_list:
  - {model_name: other, litellm_params: {model: bedrock/qwen3/${arn}}}
  - {litellm_params: {model: bedrock/qwen3/${arn}}, model_name: m}
`);
    expect(among.config?.models[1]?.id).toBe(alone.config?.models[0]?.id);
  });

  it("must not share a given id", async () => {
    const { config, findings } = await two("model_info: {id: a}", "model_info: {id: a}");
    expect(config).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ level: "error", code: "duplicate_id", line: 3 });
    expect(findings[0]?.message).toContain("config.yaml:2");
  });

  it("take an id that is a number as text", async () => {
    const { findings } = await two("model_info: {id: 1}", 'model_info: {id: "1"}');
    expect(findings.map(({ code }) => code)).toEqual(["duplicate_id"]);
  });

  it("are left out where they are for another environment", async () => {
    const yaml = `model_list:
  - {model_name: a, litellm_params: {model: bedrock/qwen3/${arn}}, model_info: {supported_environments: [staging]}}
  - {model_name: b, litellm_params: {model: bedrock/qwen3/${arn}}}
`;
    const names = async (env: Record<string, string>) =>
      (await load(yaml, { env })).config?.models.map(({ modelName }) => modelName);
    expect(await names({ LITELLM_ENVIRONMENT: "staging" })).toEqual(["a", "b"]);
    expect(await names({ LITELLM_ENVIRONMENT: "production" })).toEqual(["b"]);
    expect(await names({})).toEqual(["b"]);
    expect(summary(await load(yaml))).toEqual(["warning unavailable_model model_list[0]"]);
    expect(summary(await load(yaml, { env: { LITELLM_ENVIRONMENT: "production" } }))).toEqual([
      "note unavailable_model model_list[0]",
    ]);
  });

  it("that are blocked are kept, and say so", async () => {
    const { config } = await two("model_info: {blocked: true}", "rpm: 1");
    expect(config?.models[0]).toMatchObject({
      deployment: undefined,
      unavailable: "The model m is blocked in the config.",
    });
    expect(config?.models[1]?.unavailable).toBeUndefined();
  });
});

describe("what a model takes over", () => {
  const deployment = async (params: string, rest = "", env = {}) =>
    (
      await load(
        `model_list:\n  - model_name: m\n    litellm_params: {model: bedrock/qwen3/${arn}${params}}\n${rest}`,
        { env },
      )
    ).config?.models[0];

  it("from the blocks about all models, unless it says so itself", async () => {
    const all =
      "litellm_settings: {drop_params: true, request_timeout: 7}\nrouter_settings: {num_retries: 5}\noutcrop_settings: {cold_start_timeout: 8}";
    expect((await deployment("", all))?.deployment).toMatchObject({
      dropParams: true,
      timeout: 7,
      maxRetries: 5,
      coldStartTimeout: 8,
    });
    const own = await deployment(
      ", drop_params: false, timeout: 1, num_retries: 0, cold_start_timeout: 2",
      all,
    );
    expect(own?.deployment).toMatchObject({
      dropParams: false,
      timeout: 1,
      maxRetries: 0,
      coldStartTimeout: 2,
    });
  });

  it("router_settings wins over litellm_settings", async () => {
    const model = await deployment(
      "",
      "litellm_settings: {num_retries: 1, request_timeout: 1}\nrouter_settings: {num_retries: 2, timeout: 2}",
    );
    expect(model?.routing).toMatchObject({ numRetries: 2, timeout: 2 });
  });

  it.each([
    ["", "", 600],
    ["", "router_settings: {timeout: 9}", 9],
    ["", "router_settings: {timeout: 9, stream_timeout: 4}", 4],
    [", timeout: 3", "", 3],
    [", timeout: 3, stream_timeout: 2", "router_settings: {stream_timeout: 4}", 2],
  ])("stream_timeout of {%s} with %j is %d", async (params, rest, seconds) => {
    expect((await deployment(params, rest))?.routing.streamTimeout).toBe(seconds);
  });

  it("num_retries is stronger than max_retries", async () => {
    expect((await deployment(", num_retries: 1, max_retries: 9"))?.routing.numRetries).toBe(1);
  });

  it("limits in litellm_params are stronger than those beside it", async () => {
    const { config } = await load(
      `model_list: [{model_name: m, rpm: 1, tpm: 2, litellm_params: {model: bedrock/qwen3/${arn}, rpm: 3}}]`,
    );
    expect(config?.models[0]?.routing).toMatchObject({ rpm: 3, tpm: 2 });
  });

  it("from its credential, then from default_litellm_params", async () => {
    const rest = `credential_list:
  - credential_name: prod
    credential_info: {description: x}
    credential_values: {aws_access_key_id: os.environ/ID, aws_secret_access_key: os.environ/SECRET, aws_role_name: role, timeout: 3}
router_settings:
  default_litellm_params: {timeout: 4, temperature: 0.3, tags: [a]}
`;
    const env = { ID: "AKIA", SECRET: "shh" };
    const model = await deployment(", litellm_credential_name: prod, aws_role_name: own", rest, env);
    expect(model?.deployment?.auth).toEqual({ accessKeyId: "AKIA", secretAccessKey: "shh", roleArn: "own" });
    expect(model?.routing).toMatchObject({ timeout: 3, tags: ["a"] });
    expect(model?.defaults).toEqual({ temperature: 0.3 });
    expect((await deployment("", rest, env))?.deployment?.auth).toEqual({});
  });

  it("prices of litellm_params are stronger than those of model_info, and shown there", async () => {
    const { config } = await load(`model_list:
  - model_name: m
    litellm_params: {model: bedrock/qwen3/${arn}, input_cost_per_token: 2}
    model_info: {input_cost_per_token: 1, output_cost_per_token: 3, note: x}
`);
    expect(config?.models[0]?.prices).toEqual({ input_cost_per_token: 2, output_cost_per_token: 3 });
    expect(config?.models[0]?.info).toEqual({ input_cost_per_token: 2, output_cost_per_token: 3, note: "x" });
  });

  it("only parameters of the call are defaults of requests", async () => {
    const model = await deployment(
      ", api_key: k, timeout: 1, rpm: 1, tags: [a], temperature: 1, max_tokens: 5, chat_template_kwargs: {enable_thinking: false}",
    );
    expect(model?.defaults).toEqual({
      temperature: 1,
      max_tokens: 5,
      chat_template_kwargs: { enable_thinking: false },
    });
  });
});

describe("credential_list", () => {
  it.each([
    ["credential_list: {a: b}", "error wrong_kind credential_list"],
    ["credential_list: [a]", "error wrong_kind credential_list[0]"],
    ["credential_list: [{credential_name: a, credential_info: {}}]", "error missing_key credential_list[0]"],
    [
      "credential_list: [{credential_values: {api_key: a}, credential_info: {}}]",
      "error missing_key credential_list[0]",
    ],
    [
      "credential_list: [{credential_name: a, credential_values: {api_key: os.environ/NO}}]",
      "error unset_reference credential_list[0].credential_values.api_key",
    ],
    [
      "credential_list: [{credential_name: a, credential_value: {api_key: a}, credential_values: {}}]",
      "warning unknown_key credential_list[0].credential_value",
    ],
  ])("%s", async (yaml, finding) => {
    expect(
      summary(
        await load(`model_list: [{model_name: m, litellm_params: {model: bedrock/qwen3/${arn}}}]\n${yaml}`),
      ),
    ).toEqual([finding]);
  });
});

describe("a prompt template of one's own", () => {
  const { cases } = JSON.parse(
    readFileSync(new URL("fixtures/prompt-templates.json", import.meta.url), "utf8"),
  ) as {
    cases: readonly { keys: JsonObject; messages: readonly JsonObject[]; prompt: string }[];
  };

  it.each(cases)("writes what LiteLLM writes: $prompt", async ({ keys, messages, prompt }) => {
    const litellm_params = { model: `bedrock/llama/${arn}`, ...keys };
    // JSON is YAML.
    const { config } = await load(JSON.stringify({ model_list: [{ model_name: "m", litellm_params }] }));
    const { request } = parseChatRequest({ model: "m", messages });
    const rendered = config?.models[0]?.deployment?.template?.render(request, { addBosToken: true });
    expect(rendered?.prompt).toBe(prompt);
  });

  it("is none without the keys that make one", () => {
    expect(toChatTemplate({ bos_token: "<s>", eos_token: "</s>" })).toBeUndefined();
  });

  it("is weaker than chat_template", async () => {
    const { config } = await load(
      `model_list: [{model_name: m, litellm_params: {model: bedrock/qwen3/${arn}, roles: {}, chat_template: qwen2.5}}]`,
    );
    expect(config?.models[0]?.deployment?.template?.name).toBe("qwen2.5");
  });
});
