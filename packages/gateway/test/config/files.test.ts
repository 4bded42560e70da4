import { describe, expect, it } from "vitest";
import { arn, load, oneModel, summary } from "./load.ts";

const model = (name: string) => `{model_name: ${name}, litellm_params: {model: bedrock/qwen3/${arn}}}`;

describe("a config's file", () => {
  it.each([
    ["", "The file is empty; a config is a map with model_list in it."],
    ["# nothing\n", "The file is empty; a config is a map with model_list in it."],
    ["- a\n", "The file holds a list; a config is a map with model_list in it."],
    ["text", "The file holds a scalar; a config is a map with model_list in it."],
  ])("that holds %j", async (yaml, message) => {
    const { config, findings } = await load(yaml);
    expect(config).toBeUndefined();
    expect(findings.map((finding) => finding.message)).toEqual([message]);
  });

  it("that is missing is named", async () => {
    const { config, findings } = await load("include: none.yaml");
    expect(config).toBeUndefined();
    expect(findings).toEqual([
      {
        level: "error",
        code: "missing_file",
        message: "The file none.yaml can't be read.",
        file: "config.yaml",
        line: 1,
        column: 10,
        path: "",
      },
    ]);
  });

  it("that is no YAML is said with the place", async () => {
    const { findings } = await load("model_list:\n\t- a");
    expect(findings[0]).toMatchObject({
      level: "error",
      code: "broken_yaml",
      file: "config.yaml",
      line: 2,
      column: 1,
    });
  });

  it("may begin with a byte order mark and end its lines as on Windows", async () => {
    const { findings } = await load(`\uFEFF${oneModel.replaceAll("\n", "\r\n")}`);
    expect(findings).toEqual([]);
  });
});

describe("include", () => {
  it("appends lists, and the included blocks take the place of the config's own", async () => {
    const { config, findings } = await load(
      `include: [a.yaml, sub/b.yaml]\nmodel_list: [${model("one")}]\nrouter_settings: {num_retries: 9, timeout: 9}\n`,
      {
        files: {
          "a.yaml": `model_list: [${model("two")}]\nlitellm_settings: {drop_params: true}\n`,
          "sub/b.yaml": `model_list: [${model("three")}]\nrouter_settings: {num_retries: 1}\n`,
        },
      },
    );
    expect(config?.models.map(({ modelName }) => modelName)).toEqual(["one", "two", "three"]);
    expect(config?.router).toMatchObject({ numRetries: 1, timeout: 600 });
    expect(config?.litellm.dropParams).toBe(true);
    expect(config?.models.map(({ position }) => position.file)).toEqual([
      "config.yaml",
      "a.yaml",
      "sub/b.yaml",
    ]);
    expect(summary({ findings })).toEqual(["warning replaced_block router_settings"]);
    expect(findings[0]?.message).toContain("sub/b.yaml:2");
  });

  it("takes one file as well as a list, and nothing", async () => {
    const files = { "a.yaml": oneModel };
    expect((await load("include: a.yaml", { files })).findings).toEqual([]);
    expect((await load("include:\nmodel_list: []", { files })).findings).toHaveLength(1);
  });

  it("leads on, from the directory of the file that includes", async () => {
    const { config } = await load(`include: sub/a.yaml\nmodel_list: [${model("one")}]`, {
      files: { "sub/a.yaml": "include: deeper/b.yaml", "sub/deeper/b.yaml": `model_list: [${model("two")}]` },
    });
    expect(config?.models.map(({ modelName }) => modelName)).toEqual(["one", "two"]);
  });

  it("reads what is named twice once, and level by level", async () => {
    const { config } = await load(`include: [a.yaml, b.yaml, ./a.yaml]\nmodel_list: [${model("root")}]`, {
      files: {
        "a.yaml": `include: c.yaml\nmodel_list: [${model("a")}]`,
        "b.yaml": `include: c.yaml\nmodel_list: [${model("b")}]`,
        "c.yaml": `model_list: [${model("c")}]`,
      },
    });
    expect(config?.models.map(({ modelName }) => modelName)).toEqual(["root", "a", "b", "c"]);
  });

  it.each([
    [{ "a.yaml": "include: config.yaml" }, "a.yaml"],
    [{ "a.yaml": "include: a.yaml" }, "a.yaml"],
    [{ "a.yaml": "include: b.yaml", "b.yaml": "include: ./a.yaml" }, "b.yaml"],
  ])("in a circle is refused: %j", async (files, file) => {
    const { config, findings } = await load(`include: a.yaml\n${oneModel}`, { files });
    expect(config).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ code: "broken_include", file, line: 1 });
  });

  it.each(["include: {a: b}", "include: [[a]]", "include: 5", "include: [a.yaml, 5]"])(
    "that is no path is refused: %s",
    async (yaml) => {
      const { findings } = await load(`${yaml}\n${oneModel}`, { files: { "a.yaml": "" } });
      expect(summary({ findings })).toEqual(["error broken_include "]);
    },
  );

  it("says what is wrong in the file where it is wrong", async () => {
    const { findings } = await load(`include: a.yaml\n${oneModel}quux_frobnicate: 1\n`, {
      files: { "a.yaml": "\nrouter_settings:\n  num_retrys: 3\n" },
    });
    expect(findings.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      "config.yaml:6:1",
      "a.yaml:3:3",
    ]);
  });

  it("must not make the master key disappear", async () => {
    const files = { "a.yaml": "general_settings: {health_check_interval: 5}" };
    const yaml = `include: a.yaml\n${oneModel}general_settings: {master_key: sk-a}`;
    const { config, findings } = await load(yaml, { files });
    expect(config).toBeUndefined();
    expect(summary({ findings })).toEqual(["error replaced_block general_settings"]);
    expect(findings[0]?.message).toContain("master_key would be lost");
  });

  it("may bring another master key", async () => {
    const files = { "a.yaml": "general_settings: {master_key: sk-b}" };
    const { config, findings } = await load(
      `include: a.yaml\n${oneModel}general_settings: {master_key: sk-a}`,
      { files },
    );
    expect(config?.general.masterKey).toBe("sk-b");
    expect(summary({ findings })).toEqual(["warning replaced_block general_settings"]);
  });
});

describe("a key given twice", () => {
  it("counts as it is given last, as for PyYAML, and that is said", async () => {
    const { config, findings } = await load(
      `${oneModel}router_settings:\n  num_retries: 1\n  num_retries: 4\n`,
    );
    expect(config?.router.numRetries).toBe(4);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      level: "warning",
      code: "duplicate_key",
      line: 6,
      path: "num_retries",
    });
    expect(findings[0]?.message).toContain("config.yaml:7");
  });

  it("in a block that an alias shares is said once", async () => {
    const { findings } = await load(
      `model_list:\n  - {model_name: a, litellm_params: &p {model: bedrock/qwen3/${arn}, rpm: 1, rpm: 2}}\n  - {model_name: b, litellm_params: *p}\n`,
    );
    expect(findings.map(({ code }) => code)).toEqual(["duplicate_key"]);
  });

  it("must not make the master key disappear", async () => {
    const { config, findings } = await load(
      `${oneModel}general_settings: {master_key: sk-a}\ngeneral_settings: {use_x_forwarded_for: true}\n`,
    );
    expect(config).toBeUndefined();
    expect(summary({ findings })).toEqual(["error duplicate_key general_settings"]);
  });

  it("merged in is no second time", async () => {
    const { config, findings } = await load(
      `model_list:\n  - {model_name: a, litellm_params: &p {model: bedrock/qwen3/${arn}, rpm: 1}}\n  - {model_name: b, litellm_params: {<<: *p, rpm: 2}}\n`,
    );
    expect(findings).toEqual([]);
    expect(config?.models.map(({ routing }) => routing.rpm)).toEqual([1, 2]);
  });
});

describe("os.environ/NAME", () => {
  it.each([
    [
      "the model",
      `model_list: [{model_name: os.environ/V, litellm_params: {model: bedrock/qwen3/${arn}}}]`,
      "x",
      "models.0.modelName",
      "x",
    ],
    ["a number", "router_settings: {timeout: os.environ/V}", "12.5", "router.timeout", 12.5],
    ["a switch", "litellm_settings: {drop_params: os.environ/V}", "True", "litellm.dropParams", true],
    ["a switch", "litellm_settings: {drop_params: os.environ/V}", "false", "litellm.dropParams", false],
    [
      "an item of a list",
      "router_settings: {default_fallbacks: [m, os.environ/V]}",
      "m",
      "router.defaultFallbacks",
      ["m", "m"],
    ],
    [
      "a value deep in a map",
      "router_settings: {routing_strategy_args: {a: [{b: os.environ/V}]}}",
      "x",
      "router.routingStrategyArgs",
      { a: [{ b: "x" }] },
    ],
    [
      "one of words",
      "router_settings: {routing_strategy: os.environ/V}",
      "least-busy",
      "router.routingStrategy",
      "least-busy",
    ],
    ["quoted text", 'general_settings: {master_key: "os.environ/V"}', "sk-a", "general.masterKey", "sk-a"],
    ["a variable of the file", "environment_variables: {A: os.environ/V}", "x", "environment.A", "x"],
  ])("stands for %s", async (_, yaml, value, shows, expected) => {
    const text = yaml.startsWith("model_list") ? yaml : oneModel + yaml;
    const { config, findings } = await load(text, { env: { V: value } });
    expect(findings).toEqual([]);
    expect(
      shows.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], config),
    ).toEqual(expected);
  });

  it("is text where more stands before it", async () => {
    const { config } = await load(`${oneModel}general_settings: {litellm_key_header_name: x-os.environ/V}`, {
      env: { V: "y" },
    });
    expect(config?.general.litellmKeyHeaderName).toBe("x-os.environ/V");
  });

  it("is not looked for in what it leads to", async () => {
    const { config } = await load(`${oneModel}general_settings: {master_key: os.environ/A}`, {
      env: { A: "os.environ/B", B: "b" },
    });
    expect(config?.general.masterKey).toBe("os.environ/B");
  });

  it.each([
    ["router_settings: {timeout: os.environ/NO}", "warning", "router_settings.timeout"],
    ["router_settings: {default_fallbacks: [os.environ/NO]}", "warning", "router_settings.default_fallbacks"],
    ["router_settings: {redis_password: os.environ/NO}", "error", "router_settings.redis_password"],
    [
      "litellm_settings: {cache: true, cache_params: {password: os.environ/NO}}",
      "error",
      "litellm_settings.cache_params.password",
    ],
    ["general_settings: {master_key: os.environ/NO}", "error", "general_settings.master_key"],
    ["environment_variables: {A: os.environ/NO}", "warning", "environment_variables.A"],
  ])("of a variable that is not set: %s is %s", async (yaml, level, path) => {
    const { config, findings } = await load(oneModel + yaml);
    expect(summary({ findings })).toEqual([`${level} unset_reference ${path}`]);
    expect(findings[0]?.message).toContain("NO is not set");
    expect(config === undefined).toBe(level === "error");
    if (config) expect(config.router).toMatchObject({ timeout: 600, defaultFallbacks: [] });
  });

  it("in a key that is ignored is not missed", async () => {
    const { findings } = await load(`${oneModel}general_settings: {database_url: os.environ/NO}`);
    expect(summary({ findings })).toEqual(["warning ignored_key general_settings.database_url"]);
  });
});

describe("environment_variables and .env", () => {
  const yaml = `${oneModel}general_settings: {master_key: os.environ/KEY}\n`;

  it(".env adds to the process's variables", async () => {
    const { config } = await load(yaml, { files: { ".env": "# c\nKEY=sk-file\nexport OTHER='a b'\n" } });
    expect(config?.general.masterKey).toBe("sk-file");
    expect(config?.environment).toEqual({ KEY: "sk-file", OTHER: "a b" });
  });

  it(".env does not replace them", async () => {
    const { config } = await load(yaml, { env: { KEY: "sk-process" }, files: { ".env": "KEY=sk-file" } });
    expect(config?.general.masterKey).toBe("sk-process");
    expect(config?.environment).toEqual({});
  });

  it.each(["PRODUCTION", "production"])(".env is not read where LITELLM_MODE is %s", async (mode) => {
    const { config } = await load(yaml, { env: { LITELLM_MODE: mode }, files: { ".env": "KEY=sk-file" } });
    expect(config).toBeUndefined();
  });

  it("environment_variables replaces them, and says so", async () => {
    const { config, findings } = await load(`${yaml}environment_variables: {KEY: sk-config}\n`, {
      env: { KEY: "sk-process" },
    });
    expect(config?.general.masterKey).toBe("sk-config");
    expect(config?.environment).toEqual({ KEY: "sk-config" });
    expect(summary({ findings })).toEqual(["note replaced_environment environment_variables.KEY"]);
  });

  it("values are text, as Python would write them", async () => {
    const { config, findings } = await load(
      `${oneModel}environment_variables: {A: 4000, B: 1.0, C: yes, D: false, E: text, F: 007, G: , H: "", I: os.environ/A}\n`,
    );
    expect(config?.environment).toEqual({
      A: "4000",
      B: "1.0",
      C: "True",
      D: "False",
      E: "text",
      F: "007",
      H: "",
      I: "4000",
    });
    expect(findings).toEqual([]);
  });

  it("an included block takes the place of the config's own here too", async () => {
    const { config } = await load(`include: a.yaml\n${yaml}environment_variables: {KEY: sk-one}`, {
      files: { "a.yaml": "environment_variables: {KEY: sk-two}" },
    });
    expect(config?.general.masterKey).toBe("sk-two");
  });

  it("the process's own environment is left alone", async () => {
    await load(`${oneModel}environment_variables: {OUTCROP_TEST_VARIABLE: x}`);
    expect(process.env["OUTCROP_TEST_VARIABLE"]).toBeUndefined();
  });
});
