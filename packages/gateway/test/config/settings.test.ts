import { describe, expect, it } from "vitest";
import { arn, load, oneModel, summary } from "./load.ts";

describe("a config of one model and nothing else", () => {
  it("has LiteLLM's defaults", async () => {
    const { config, findings } = await load(oneModel);
    expect(findings).toEqual([]);
    expect(config).toMatchObject({
      environment: {},
      litellm: {
        dropParams: false,
        modifyParams: false,
        cache: undefined,
        callbacks: [],
        jsonLogs: false,
        requireAuthForMetricsEndpoint: true,
        repeatedStreamingChunkLimit: 100,
      },
      router: {
        routingStrategy: "simple-shuffle",
        numRetries: 2,
        retryAfter: 0,
        maxFallbacks: 5,
        timeout: 600,
        streamTimeout: undefined,
        allowedFails: 3,
        cooldownTime: 5,
        disableCooldowns: false,
        fallbacks: {},
        enablePreCallChecks: false,
        enforceModelRateLimits: false,
        redis: undefined,
        tagFilteringMatchAny: true,
      },
      general: {
        masterKey: undefined,
        healthCheckInterval: 300,
        healthCheckDetails: true,
        tokenRateLimitType: "total",
      },
      outcrop: {
        coldStartTimeout: 300,
        insecurePublic: false,
        allowedImageHosts: [],
        invokeHealthChecks: false,
      },
    });
    expect(config?.models[0]).toMatchObject({
      modelName: "m",
      unavailable: undefined,
      wildcard: undefined,
      defaults: {},
      info: {},
      prices: {},
      routing: { tags: [], timeout: 600, streamTimeout: 600, numRetries: 2 },
      shaping: { dropParams: false, mergeReasoningContent: false, mockResponse: undefined },
      position: { file: "config.yaml", line: 2, column: 5 },
    });
  });
});

describe("a value of the wrong kind", () => {
  it.each([
    ["router_settings: [a]", "router_settings", "must be a map, and is a list"],
    ["litellm_settings: yes", "litellm_settings", "must be a map, and is true; put text in quotes"],
    ["general_settings: master_key:sk-canary", "general_settings", "must be a map, and is other text"],
    [
      "router_settings: {num_retries: many}",
      "router_settings.num_retries",
      "must be a whole number, and is other text",
    ],
    [
      "router_settings: {num_retries: 1.5}",
      "router_settings.num_retries",
      "must be a whole number, and is a number",
    ],
    [
      "router_settings: {num_retries: [1]}",
      "router_settings.num_retries",
      "must be a whole number, and is a list",
    ],
    [
      "router_settings: {routing_strategy: least_busy}",
      "router_settings.routing_strategy",
      "Did you mean least-busy?",
    ],
    [
      "router_settings: {routing_strategy: 5}",
      "router_settings.routing_strategy",
      "must be one of simple-shuffle",
    ],
    [
      "router_settings: {fallbacks: m}",
      "router_settings.fallbacks",
      "must be a list of maps from a group to its fallbacks",
    ],
    [
      "router_settings: {fallbacks: [m]}",
      "router_settings.fallbacks[0]",
      "must be a map from a group to its fallbacks",
    ],
    ["router_settings: {retry_policy: 3}", "router_settings.retry_policy", "must be a map of whole numbers"],
    [
      "router_settings: {retry_policy: {TimeoutErrorRetries: x}}",
      "router_settings.retry_policy.TimeoutErrorRetries",
      "must be a whole number",
    ],
    ["router_settings: {model_group_alias: {a: [m]}}", "router_settings.model_group_alias.a", "must be text"],
    [
      "router_settings: {model_group_alias: {a: {hidden: true}}}",
      "router_settings.model_group_alias.a",
      "must be a group's name, or a map",
    ],
    [
      "router_settings: {default_litellm_params: [a]}",
      "router_settings.default_litellm_params",
      "must be a map",
    ],
    ["litellm_settings: {callbacks: {a: b}}", "litellm_settings.callbacks", "must be a list of text"],
    ["litellm_settings: {cache: true, cache_params: [a]}", "litellm_settings.cache_params", "must be a map"],
    [
      "litellm_settings: {cache: true, cache_params: {type: memcached}}",
      "litellm_settings.cache_params.type",
      "must be one of local, redis",
    ],
    ["general_settings: {allowed_ips: [[1]]}", "general_settings.allowed_ips[0]", "must be text"],
    ["general_settings: {master_key: [sk-canary]}", "general_settings.master_key", "must be text"],
    ["general_settings: {master_key: {a: sk-canary}}", "general_settings.master_key", "must be text"],
    [
      "general_settings: {allowed_ips: [10.0.0.0/33]}",
      "general_settings.allowed_ips[0]",
      "must be an IP address or a range",
    ],
    [
      "general_settings: {allowed_ips: [::1, 10.0.0.0/8/8]}",
      "general_settings.allowed_ips[1]",
      "must be an IP address or a range",
    ],
    [
      "general_settings: {allowed_ips: example.com}",
      "general_settings.allowed_ips[0]",
      "must be an IP address or a range",
    ],
    ["environment_variables: {A: [1]}", "environment_variables.A", "must be one value"],
    [
      "environment_variables: {' ': {}}",
      "environment_variables. ",
      "environment_variables.  must be one value",
    ],
  ])("%s", async (yaml, path, says) => {
    const { config, findings } = await load(`${oneModel}${yaml}\n`);
    expect(config).toBeUndefined();
    expect(summary({ findings })).toEqual([`error wrong_kind ${path}`]);
    expect(findings[0]).toMatchObject({ file: "config.yaml", line: 5 });
    expect(findings[0]?.message).toContain(says);
    expect(findings[0]?.message).not.toContain("canary");
  });
});

describe("a master key without a value is no open door", () => {
  it.each(["", "null", '""', '"  "', "~"])("master_key: %s", async (value) => {
    const { config, findings } = await load(`${oneModel}general_settings:\n  master_key: ${value}\n`);
    expect(config).toBeUndefined();
    expect(summary({ findings })).toEqual(["error weak_key general_settings.master_key"]);
  });

  it.each([
    [{}, "error unset_reference general_settings.master_key"],
    [{ KEY: "" }, "error weak_key general_settings.master_key"],
    [{ KEY: " \n" }, "error weak_key general_settings.master_key"],
  ])("from an environment of %j", async (env, finding) => {
    const { config, findings } = await load(`${oneModel}general_settings: {master_key: os.environ/KEY}\n`, {
      env,
    });
    expect(config).toBeUndefined();
    expect(summary({ findings })).toContain(finding);
  });

  it("is trimmed, for files of secrets end in a line break", async () => {
    const { config } = await load(`${oneModel}general_settings: {master_key: os.environ/KEY}\n`, {
      env: { KEY: "sk-a\n" },
    });
    expect(config?.general.masterKey).toBe("sk-a");
  });
});

describe("groups that are spoken of", () => {
  const two = `model_list:
  - {model_name: big, litellm_params: {model: bedrock/qwen3/${arn}}, model_info: {id: big-1}}
  - {model_name: small, litellm_params: {model: bedrock/qwen3/${arn}}}
  - {model_name: "team/*", litellm_params: {model: "bedrock/converse/*"}}
  - {model_name: "openai/*", litellm_params: {model: "openai/*"}}
`;

  it.each([
    "router_settings: {fallbacks: [{big: [small, big]}]}",
    "router_settings: {fallbacks: [{big: [big-1, team/x, openai/gpt-4o]}]}",
    'router_settings: {fallbacks: [{"*": [small]}]}',
    "router_settings: {model_group_alias: {gpt: small}, fallbacks: [{gpt: [big]}]}",
    "litellm_settings: {model_alias_map: {gpt: small}, fallbacks: [{big: [gpt]}]}",
    "router_settings: {fallbacks: {big: small}}",
    'router_settings: {fallbacks: [{big: [" small "]}]}',
  ])("are known: %s", async (yaml) => {
    const { findings } = await load(two + yaml);
    expect(findings.filter(({ code }) => code !== "unavailable_model")).toEqual([]);
  });

  it.each([
    [
      "router_settings: {fallbacks: [{bigg: [small]}]}",
      "router_settings.fallbacks",
      '"bigg" in model_list. Did you mean big?',
    ],
    [
      "router_settings: {fallbacks: [{big: [smal]}]}",
      "router_settings.fallbacks",
      '"smal" in model_list. Did you mean small?',
    ],
    [
      "litellm_settings: {default_fallbacks: [gpt-4o]}",
      "litellm_settings.default_fallbacks",
      '"gpt-4o" in model_list.',
    ],
    [
      "litellm_settings: {context_window_fallbacks: [{big: [none]}]}",
      "litellm_settings.context_window_fallbacks",
      '"none"',
    ],
    [
      "router_settings: {content_policy_fallbacks: [{none: [big]}]}",
      "router_settings.content_policy_fallbacks",
      '"none"',
    ],
    ["router_settings: {model_group_alias: {a: none}}", "router_settings.model_group_alias", '"none"'],
    [
      "router_settings: {model_group_alias: {a: {model: none}}}",
      "router_settings.model_group_alias",
      '"none"',
    ],
    ["litellm_settings: {model_alias_map: {a: none}}", "litellm_settings.model_alias_map", '"none"'],
    ["general_settings: {completion_model: none}", "general_settings.completion_model", '"none"'],
  ])("are not: %s", async (yaml, path, says) => {
    const { config, findings } = await load(two + yaml);
    const [finding, ...others] = findings.filter(({ code }) => code !== "unavailable_model");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ level: "warning", code: "unknown_group", path, line: 6 });
    expect(finding?.message).toContain(`there is no group ${says}`);
    expect(config).toBeDefined();
  });
});

describe("fallbacks", () => {
  it("of a group given twice are the first", async () => {
    const { config } = await load(`${oneModel}router_settings: {fallbacks: [{m: [a]}, {m: [b], n: [c]}]}`);
    expect(config?.router.fallbacks).toEqual({ m: ["a"], n: ["c"] });
  });

  it("of a policy that there is not are named", async () => {
    const { config, findings } = await load(
      `${oneModel}router_settings: {retry_policy: {TimeoutRetries: 3, BadRequestErrorRetries: 1}}`,
    );
    expect(config?.router.retryPolicy).toEqual({ BadRequestError: 1 });
    expect(findings[0]).toMatchObject({
      level: "warning",
      code: "unknown_key",
      path: "router_settings.retry_policy.TimeoutRetries",
    });
    expect(findings[0]?.message).toContain("It knows BadRequestErrorRetries");
  });
});

describe("the cache's Redis", () => {
  const cache = async (params: string, env = {}) =>
    load(`${oneModel}litellm_settings: {cache: true, cache_params: {${params}}}`, { env });
  const environment = {
    REDIS_HOST: "env-host",
    REDIS_PORT: "6390",
    REDIS_PASSWORD: "env-pass",
    REDIS_SSL: "True",
  };

  it("comes from the environment where the config says nothing", async () => {
    const { config } = await cache("type: redis", environment);
    expect(config?.litellm.cache).toMatchObject({
      type: "redis",
      redis: { host: "env-host", port: 6390, password: "env-pass", ssl: true, url: undefined },
    });
  });

  it("is what the config says, before that", async () => {
    const { config } = await cache("type: redis, host: h, port: 1, ssl: false", {
      ...environment,
      REDIS_URL: "redis://env",
    });
    expect(config?.litellm.cache?.redis).toMatchObject({ host: "h", port: 1, ssl: false, url: undefined });
  });

  it("is used without being named when there is one", async () => {
    expect((await cache("ttl: 1", environment)).config?.litellm.cache?.type).toBe("redis");
    expect((await cache("ttl: 1")).config?.litellm.cache?.type).toBe("local");
    expect((await cache("type: local", environment)).config?.litellm.cache?.redis).toBeUndefined();
  });

  it("is asked for where there is none", async () => {
    expect(summary(await cache("type: redis"))).toEqual(["error missing_key litellm_settings.cache_params"]);
  });

  it("is of the cache alone: the router's state is shared only where router_settings says so", async () => {
    expect((await cache("type: redis", environment)).config?.router.redis).toBeUndefined();
  });
});
