import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockList } from "../../src/config/keys/block-list.ts";
import { editDistance, nearest } from "../../src/config/keys/nearest.ts";
import { arn, load, oneModel } from "./load.ts";

/** What follows a model's config, and the one finding that it is worth. */
const rows: readonly (readonly [yaml: string, finding: string, message: string])[] = [
  // Misspelt
  [
    "router_settings:\n  num_retrys: 3",
    "5:3 warning unknown_key router_settings.num_retrys",
    "router_settings.num_retrys is unknown and ignored. Did you mean num_retries?",
  ],
  [
    "router_settings:\n  numRetries: 3",
    "5:3 warning unknown_key router_settings.numRetries",
    "Did you mean num_retries?",
  ],
  [
    "router_settings:\n  num-retries: 3",
    "5:3 warning unknown_key router_settings.num-retries",
    "Did you mean num_retries?",
  ],
  [
    "router_setting:\n  num_retries: 3",
    "4:1 warning unknown_key router_setting",
    "router_setting is unknown and ignored. Did you mean router_settings?",
  ],
  [
    "litellm_settings:\n  drop_param: true",
    "5:3 warning unknown_key litellm_settings.drop_param",
    "Did you mean drop_params?",
  ],
  [
    "outcrop_settings:\n  cold_start_timeot: 3",
    "5:3 warning unknown_key outcrop_settings.cold_start_timeot",
    "Did you mean cold_start_timeout?",
  ],
  [
    "litellm_settings:\n  cache_params:\n    tll: 3",
    "6:5 warning unknown_key litellm_settings.cache_params.tll",
    "Did you mean ttl?",
  ],
  // Like nothing
  [
    "router_settings:\n  quux_frobnicate: 3",
    "5:3 warning unknown_key router_settings.quux_frobnicate",
    "router_settings.quux_frobnicate is unknown and ignored.",
  ],
  [
    "quux_frobnicate: 3",
    "4:1 warning unknown_key quux_frobnicate",
    "quux_frobnicate is unknown and ignored.",
  ],
  // In the wrong block
  [
    "litellm_settings:\n  routing_strategy: least-busy",
    "5:3 warning misplaced_key litellm_settings.routing_strategy",
    "litellm_settings.routing_strategy is ignored: it belongs to router_settings.",
  ],
  [
    "general_settings:\n  drop_params: true",
    "5:3 warning misplaced_key general_settings.drop_params",
    "general_settings.drop_params is ignored: it belongs to litellm_settings.",
  ],
  [
    "router_settings:\n  aws_region_name: us-east-1",
    "5:3 warning misplaced_key router_settings.aws_region_name",
    "it belongs to litellm_params.",
  ],
  [
    "general_settings:\n  router_settings: {timeout: 5}",
    "5:3 warning misplaced_key general_settings.router_settings",
    "it belongs to the top level.",
  ],
  ["timeout: 5", "4:1 warning misplaced_key timeout", "it belongs to router_settings."],
  [
    "router_settings:\n  ttl: 5",
    "5:3 warning misplaced_key router_settings.ttl",
    "it belongs to litellm_settings.cache_params.",
  ],
  // Misspelt and in the wrong block
  [
    "litellm_settings:\n  routing_stratgy: least-busy",
    "5:3 warning unknown_key litellm_settings.routing_stratgy",
    "Did you mean routing_strategy of router_settings?",
  ],
  // What closes the gateway: an error, wherever
  [
    "litellm_settings:\n  master_key: sk-canary",
    "5:3 error misplaced_key litellm_settings.master_key",
    "it belongs to general_settings. Without it the gateway lets in whom it keeps out.",
  ],
  [
    "router_settings:\n  master_key: sk-canary",
    "5:3 error misplaced_key router_settings.master_key",
    "it belongs to general_settings.",
  ],
  ["master_key: sk-canary", "4:1 error misplaced_key master_key", "it belongs to general_settings."],
  [
    "general_settings:\n  master_kye: sk-canary",
    "5:3 error unknown_key general_settings.master_kye",
    "Did you mean master_key?",
  ],
  [
    "general_settings:\n  masterkey: sk-canary",
    "5:3 error unknown_key general_settings.masterkey",
    "Did you mean master_key?",
  ],
  [
    "general_settings:\n  MASTER_KEY: sk-canary",
    "5:3 error unknown_key general_settings.MASTER_KEY",
    "Did you mean master_key?",
  ],
  [
    "general_settings:\n  litellm_master_key: sk-canary",
    "5:3 error unknown_key general_settings.litellm_master_key",
    "Did you mean master_key?",
  ],
  [
    "general_settings:\n  allowed_ip: [10.0.0.1]",
    "5:3 error unknown_key general_settings.allowed_ip",
    "Did you mean allowed_ips?",
  ],
  [
    "litellm_settings:\n  custom_auth: a.b",
    "5:3 error misplaced_key litellm_settings.custom_auth",
    "it belongs to general_settings. There it is refused:",
  ],
  [
    "general_settings:\n  custom_aut: a.b",
    "5:3 error unknown_key general_settings.custom_aut",
    "Did you mean custom_auth? There it is refused:",
  ],
];

describe("a key that is not one of its block", () => {
  it.each(rows)("%s", async (yaml, expected, message) => {
    const { findings } = await load(`${oneModelInThreeLines}${yaml}\n`);
    expect(
      findings.map(({ line, column, level, code, path }) => `${line}:${column} ${level} ${code} ${path}`),
    ).toEqual([expected]);
    expect(findings[0]?.message).toContain(message);
    expect(findings[0]?.message).not.toContain("canary");
  });
});

const oneModelInThreeLines = `model_list:
  - model_name: m
    litellm_params: {model: bedrock/qwen3/${arn}}
`;

describe("below a key that is unknown", () => {
  it.each([
    ["general_setings:\n  master_key: sk-a", ["warning general_setings", "error general_setings.master_key"]],
    [
      "litellm_settings:\n  general_settings:\n    master_key: sk-a",
      ["warning litellm_settings.general_settings", "error litellm_settings.general_settings.master_key"],
    ],
    [
      "settings:\n  - general:\n      master_key: sk-a",
      ["warning settings", "error settings.general.master_key"],
    ],
  ])("%s is an error", async (yaml, expected) => {
    const { config, findings } = await load(oneModel + yaml);
    expect(findings.map(({ level, path }) => `${level} ${path}`)).toEqual(expected);
    expect(config).toBeUndefined();
  });
});

describe("in an entry of model_list", () => {
  const entry = (line: string, params = "") =>
    load(
      `model_list:\n  - model_name: m\n    ${line}\n    litellm_params:\n      model: bedrock/qwen3/${arn}\n      ${params}\n`,
    );

  it("what belongs deeper is named", async () => {
    const { findings } = await entry("timeout: 5");
    expect(findings.map(({ message }) => message)).toEqual([
      "model_list[0].timeout is ignored: it belongs to litellm_params.",
    ]);
  });

  it("an unknown parameter goes to the model, and that is said", async () => {
    const { config, findings } = await entry("", "my_param: {a: [1]}");
    expect(config?.models[0]?.defaults).toEqual({ my_param: { a: [1] } });
    expect(findings.map(({ level, code, message }) => [level, code, message])).toEqual([
      [
        "warning",
        "forwarded_key",
        "model_list[0].litellm_params.my_param is unknown, and sent to the model with every call.",
      ],
    ]);
  });

  it("a misspelt parameter goes there too, with the right word named", async () => {
    const { config, findings } = await entry("", "temprature: 0.5");
    expect(config?.models[0]?.defaults).toEqual({ temprature: 0.5 });
    expect(findings[0]?.message).toContain("Did you mean temperature?");
  });

  it.each(["aws_secret_acces_key", "aws_new_thing", "api_keey", "Api-Key", "timeot", "api_secret"])(
    "a misspelt setting does not: %s may be a secret",
    async (key) => {
      const { config, findings } = await entry("", `${key}: sk-canary`);
      expect(config?.models[0]?.defaults).toEqual({});
      expect(findings.map(({ code, level }) => `${level} ${code}`)).toEqual(["warning unknown_key"]);
    },
  );

  it.each(["master_key: sk-a", "master_kay: sk-a"])(
    "%s in litellm_params is an error, and not sent",
    async (line) => {
      const { config, models, findings } = await entry("", line);
      expect(findings.map(({ level }) => level)).toEqual(["error"]);
      expect(config).toBeUndefined();
      expect(models[0]?.defaults).toEqual({});
    },
  );

  it("model_info may hold anything but what should close the gateway", async () => {
    expect((await entry("model_info: {anything: 1, else_too: {a: b}}")).findings).toEqual([]);
    const { findings } = await entry("model_info: {master_key: sk-a}");
    expect(findings.map(({ level, path }) => `${level} ${path}`)).toEqual([
      "error model_list[0].model_info.master_key",
    ]);
  });
});

describe("master_key with one slip of the pen", () => {
  const slips = fc.tuple(
    fc.nat(9),
    fc.constantFrom("drop", "double", "swap", "upper", "replace"),
    fc.constantFrom(..."qzx7"),
  );
  const blocks = ["general_settings", "litellm_settings", "router_settings", "outcrop_settings"];

  it("never starts an open gateway, in any block", async () => {
    await fc.assert(
      fc.asyncProperty(slips, fc.constantFrom(...blocks), async ([index, slip, letter], block) => {
        const key = misspell("master_key", { index, slip, letter });
        const { config, findings } = await load(`${oneModel}${block}:\n  ${key}: sk-a\n`);
        if (key === "master_key" && block === "general_settings") return;
        expect(config).toBeUndefined();
        expect(findings.map(({ level }) => level)).toEqual(["error"]);
      }),
    );
  });
});

function misspell(
  word: string,
  { index, slip, letter }: { index: number; slip: string; letter: string },
): string {
  const [before, here, after] = [word.slice(0, index), word[index] ?? "", word.slice(index + 1)];
  switch (slip) {
    case "drop":
      return before + after;
    case "double":
      return before + here + here + after;
    case "swap":
      return before + (after[0] ?? "") + here + after.slice(1);
    case "upper":
      return before + here.toUpperCase() + after;
    default:
      return before + letter + after;
  }
}

describe("the nearest word", () => {
  const words = fc.string({ minLength: 0, maxLength: 12, unit: fc.constantFrom(..."abcd_") });

  it("has a distance that is a metric", () => {
    fc.assert(
      fc.property(words, words, (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right) === 0).toBe(left === right);
        expect(editDistance(left, right)).toBeLessThanOrEqual(Math.max(left.length, right.length));
        expect(editDistance(left, right)).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
      }),
    );
  });

  it("is the word itself where it is known, in every table", () => {
    for (const { keys } of blockList) {
      const names = Object.keys(keys).filter((name) => !name.includes("*"));
      for (const name of names) expect(nearest(name, names)).toBe(name);
    }
  });

  it.each([
    ["", undefined],
    ["x", undefined],
    ["tmeout", "timeout"],
    ["timeuot", "timeout"],
    ["stream_timeot", "stream_timeout"],
    ["completely_else", undefined],
  ])("of %j is %s", (given, expected) => {
    expect(nearest(given, ["timeout", "stream_timeout", "rpm"])).toBe(expected);
  });
});
