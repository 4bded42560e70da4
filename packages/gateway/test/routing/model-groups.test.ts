import { OutcropError } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { createModelGroups } from "../../src/routing/model-groups.ts";
import { type ConfigLines, createConfig, createRig, failureOf } from "./rig.ts";

const models: ConfigLines["models"] = [
  { name: "qwen3", id: "q1" },
  { name: "qwen3", id: "q2" },
  { name: "llama", id: "l1" },
  { name: "gone", id: "g1", unavailable: '"gone" is a model of another provider.' },
  { name: "bedrock/*", id: "w1", wildcard: true },
  { name: "bedrock/team-*", id: "w2", wildcard: true },
];

const lines: ConfigLines = {
  models,
  router: {
    modelGroupAlias: {
      "gpt-4": { model: "qwen3", hidden: false },
      secret: { model: "llama", hidden: true },
      mapped: { model: "llama", hidden: false },
    },
  },
  litellm: { modelAliasMap: { old: "qwen3", older: "gpt-4" } },
};

describe("a model name leads to", () => {
  const rows: readonly [string, string, string, readonly string[]][] = [
    // asked, name, key, deployments
    ["qwen3", "qwen3", "qwen3", ["q1", "q2"]],
    ["llama", "llama", "llama", ["l1"]],
    ["gpt-4", "qwen3", "qwen3", ["q1", "q2"]],
    ["secret", "llama", "llama", ["l1"]],
    ["old", "qwen3", "qwen3", ["q1", "q2"]],
    ["older", "qwen3", "qwen3", ["q1", "q2"]],
    ["q2", "q2", "qwen3", ["q2"]],
    ["bedrock/x", "bedrock/x", "bedrock/*", ["w1"]],
    ["bedrock/team-x", "bedrock/team-x", "bedrock/team-*", ["w2"]],
  ];
  test.each(rows)("%s", (asked, name, key, ids) => {
    const group = createModelGroups(createConfig(lines)).resolve(asked);
    expect({ name: group.name, key: group.key }).toEqual({ name, key });
    expect(group.targets.map(({ entry }) => entry.id)).toEqual(ids);
  });
});

test("a star's text becomes part of the deployment", () => {
  const { targets } = createModelGroups(createConfig(lines)).resolve("bedrock/team-x");
  expect(targets.map(({ deployment }) => deployment?.ref.modelId)).toEqual(["x"]);
});

test("a group of its own comes before a deployment of that id, and that before a pattern", () => {
  const config = createConfig({
    models: [
      { name: "a", id: "b" },
      { name: "b", id: "c" },
      { name: "*", id: "d", wildcard: true },
    ],
  });
  const groups = createModelGroups(config);
  const idsOf = (model: string) => groups.resolve(model).targets.map(({ entry }) => entry.id);
  expect(["a", "b", "c", "e"].map(idsOf)).toEqual([["b"], ["c"], ["c"], ["d"]]);
});

test.each(["constructor", "__proto__"])("%s is a name like any other", (asked) => {
  const groups = createModelGroups(createConfig({ models: [{ name: "*", id: "d", wildcard: true }] }));
  expect(groups.resolve(asked).name).toBe(asked);
});

test("an alias stands before a group of the same name", () => {
  const config = createConfig({
    models: [{ name: "a" }, { name: "b" }],
    router: { modelGroupAlias: { a: { model: "b", hidden: false } } },
  });
  expect(createModelGroups(config).resolve("a").name).toBe("b");
});

test("completion_model answers for every name, but not for the names of fallbacks", () => {
  const groups = createModelGroups(createConfig({ ...lines, general: { completionModel: "llama" } }));
  expect(["qwen3", "what", "q1"].map((model) => groups.resolve(model).name)).toEqual([
    "llama",
    "llama",
    "llama",
  ]);
  expect(groups.find("qwen3")?.name).toBe("qwen3");
});

test("the names are those of the config, once each and in its order, with the aliases that aren't hidden", () => {
  expect(createModelGroups(createConfig(lines)).names).toEqual([
    "qwen3",
    "llama",
    "gone",
    "bedrock/*",
    "bedrock/team-*",
    "gpt-4",
    "mapped",
  ]);
});

describe("a name that leads nowhere", () => {
  const few = createConfig({ models: [{ name: "qwen3" }, { name: "llama" }] });

  test("is refused, with what there is", async () => {
    const error = await failureOf(
      createRig({ models: [{ name: "qwen3" }, { name: "llama" }] }).chat("claude"),
    );
    expect([error.code, error.status, error.param]).toEqual(["invalid_model", 400, "model"]);
    expect(error.message).toBe('There is no model "claude". There is: qwen3, llama.');
  });

  const rows: readonly [string, string | undefined][] = [
    ["qwen-3", "qwen3"],
    ["Qwen3", "qwen3"],
    ["lama", "llama"],
    ["something else", undefined],
  ];
  test.each(rows)("%s suggests %s", (asked, suggested) => {
    const [, found] =
      /Did you mean "(.*)"\?/.exec(messageOf(() => createModelGroups(few).resolve(asked))) ?? [];
    expect(found).toBe(suggested);
  });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty", ""])("%j is no accident", (asked) => {
    expect(messageOf(() => createModelGroups(few).resolve(asked))).toContain(`There is no model "${asked}"`);
  });

  test("does not fill the answer, however long it or the list is", () => {
    const many = createConfig({
      models: Array.from({ length: 500 }, (_, index) => ({ name: `model-${index}` })),
    });
    const message = messageOf(() => createModelGroups(many).resolve("x".repeat(100_000)));
    expect(message.length).toBeLessThan(1000);
    expect(message).toContain("and 470 more");
  });
});

describe("a model that can't be called", () => {
  test("is a 404 with the reason of the config", async () => {
    const error = await failureOf(createRig(lines).chat("gone"));
    expect([error.code, error.status, error.message]).toEqual([
      "not_found",
      404,
      '"gone" is a model of another provider.',
    ]);
  });

  test("leaves the others of its group in service", async () => {
    const rig = createRig({
      models: [
        { name: "a", id: "1", unavailable: "no" },
        { name: "a", id: "2" },
      ],
    });
    for (let count = 0; count < 10; count++) await rig.ask("a");
    expect(new Set(rig.client.ids())).toEqual(new Set(["2"]));
  });

  test("answers all the same where a mock stands in", async () => {
    const rig = createRig({
      models: [{ name: "a", nowhere: true, shaping: { mockResponse: "mocked" } }],
    });
    expect((await rig.ask("a")).text).toBe("mocked");
  });

  test("has defaults that no request may have", () => {
    const groups = createModelGroups(
      createConfig({ models: [{ name: "a", defaults: { temperature: "hot" } }] }),
    );
    expect(messageOf(() => groups.resolve("a"))).toMatch(
      /"a" has parameters in the config that can't be sent: .*temperature/,
    );
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof OutcropError) return error.message;
    throw error;
  }
  throw new Error("It did not fail.");
}
