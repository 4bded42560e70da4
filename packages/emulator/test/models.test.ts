import { describe, expect, test } from "vitest";
import { architectureNames, architectures, isArchitecture } from "../src/models/architectures.ts";
import { builtInModels } from "../src/models/built-in.ts";
import { createCatalogue } from "../src/models/catalogue.ts";
import { toFoundationModel, toImportedModel } from "../src/models/declare.ts";
import type { ModelDeclaration } from "../src/models/declare.ts";
import { describeModel } from "../src/models/describe.ts";
import { rules } from "../src/control/constraints.ts";
import { defaultPrices, tokenPrice, unitMinutePrice } from "../src/fleet/prices.ts";
import { toModelField } from "../src/runtime/openai-fields.ts";

const home = { region: "eu-central-1", account: "210987654321" };
const declare = (rest: Partial<ModelDeclaration> = {}): ReturnType<typeof toImportedModel> =>
  toImportedModel({ name: "m", architecture: "llama", ...rest }, home);

describe("architectures", () => {
  const [chat, bedrock, completion] = ["OpenAIChatCompletion", "BedrockCompletion", "OpenAICompletion"];
  // formats, dialect, images, instruct, tool parser, thinks, units, version
  test.each<[name: string, ...traits: unknown[]]>([
    ["llama", [chat, bedrock, completion], "llama", false, true, false, false, 2, "1.0"],
    ["mllama", [chat, bedrock, completion], "llama", true, true, false, false, 2, "1.0"],
    ["mistral", [chat, bedrock, completion], "mistral", false, true, false, false, 2, "1.0"],
    ["mixtral", [chat, bedrock, completion], "mistral", false, true, false, false, 4, "1.0"],
    ["qwen2", [chat, completion], "qwen", false, false, false, false, 2, "1.0"],
    ["qwen2_vl", [chat], "qwen", true, false, false, false, 2, "1.0"],
    ["qwen2_5_vl", [chat], "qwen", true, false, true, false, 2, "1.0"],
    ["qwen3", [chat], "qwen", false, false, false, true, 2, "1.0"],
    ["qwen3_moe", [chat], "qwen", false, false, false, true, 2, "1.0"],
    ["gpt_oss", [chat, completion], "harmony", false, false, true, true, 2, "2.0"],
    ["gpt_bigcode", [bedrock], "plain", false, false, false, false, 2, "1.0"],
    ["t5", [bedrock], "plain", false, false, false, false, 1, "1.0"],
  ])("%s", (name, formats, dialect, images, instruct, toolParser, thinks, unitsPerCopy, unitsVersion) => {
    expect(isArchitecture(name) ? architectures[name] : undefined).toEqual({
      formats,
      dialect,
      images,
      instruct,
      toolParser,
      thinks,
      unitsPerCopy,
      unitsVersion,
    });
  });

  test("there are no others", () => {
    expect(architectureNames).toHaveLength(12);
    expect([isArchitecture("gemma3"), isArchitecture("constructor")]).toEqual([false, false]);
  });
});

describe("a declared model", () => {
  test("needs no more than a name and an architecture", () => {
    const model = declare();
    expect(model).toMatchObject({
      id: expect.stringMatching(/^arn:aws:bedrock:eu-central-1:210987654321:imported-model\/[0-9a-f]{12}$/),
      region: "eu-central-1",
      account: "210987654321",
      older: false,
      chatTemplate: true,
      instructSupported: true,
      extensions: true,
      answerShape: "generation",
      contextTokens: 131_072,
      countTokens: false,
      jobName: "import-m",
      s3Uri: "s3://outcrop-emulator/m/",
      coldStart: undefined,
    });
    expect(declare().id).toBe(model.id);
    expect(declare({ name: "n" }).id).not.toBe(model.id);
  });

  test.each<[what: string, declaration: Partial<ModelDeclaration>, expected: object]>([
    [
      "an ARN brings its region",
      { arn: "arn:aws:bedrock:us-west-2:123456789012:imported-model/x" },
      { region: "us-west-2", account: "123456789012" },
    ],
    [
      "an id ends the ARN",
      { id: "your-model" },
      { id: "arn:aws:bedrock:eu-central-1:210987654321:imported-model/your-model" },
    ],
    [
      "without template no Converse",
      { chatTemplate: false },
      { chatTemplate: false, instructSupported: false },
    ],
    ["unless it is said", { chatTemplate: false, instructSupported: true }, { instructSupported: true }],
    [
      "a template alone makes no Qwen an instruct model",
      { architecture: "qwen2" },
      { chatTemplate: true, instructSupported: false },
    ],
    ["no template where there is no chat", { architecture: "t5" }, { chatTemplate: false }],
    [
      "an older Llama has its native format",
      { imported: "2025-01-01" },
      { older: true, formats: ["BedrockCompletion"], extensions: false, answerShape: "generation" },
    ],
    [
      "an older Mistral answers in outputs",
      { architecture: "mixtral", imported: "2025-01-01" },
      { answerShape: "outputs" },
    ],
    ["a newer one doesn't", { architecture: "mistral" }, { answerShape: "generation" }],
    [
      "an older Qwen takes messages too",
      { architecture: "qwen2_5_vl", imported: "2025-01-01" },
      { formats: ["OpenAIChatCompletion", "BedrockCompletion"] },
    ],
    [
      "so does an older GPT-OSS",
      { architecture: "gpt_oss", imported: "2025-01-01" },
      { formats: ["OpenAIChatCompletion", "BedrockCompletion"] },
    ],
    ["extensions can be switched off", { extensions: false }, { extensions: false }],
    ["and on", { imported: "2025-01-01", extensions: true }, { extensions: true }],
    ["formats can be given", { formats: ["OpenAICompletion"] }, { formats: ["OpenAICompletion"] }],
    ["a shape can be given", { answerShape: "text" }, { answerShape: "text" }],
    ["GPT-OSS has a field for reasoning", { architecture: "gpt_oss" }, { reasoning: "reasoning-field" }],
    ["the others have tags", {}, { reasoning: "think-tags" }],
    ["eyes can be given and taken", { images: true }, { images: true }],
    ["so can thinking", { architecture: "qwen3", thinks: false }, { thinks: false }],
    ["units", { unitsPerCopy: 9, unitsVersion: "3.0" }, { unitsPerCopy: 9, unitsVersion: "3.0" }],
    [
      "and the rest",
      {
        s3Uri: "s3://a/",
        jobName: "j",
        jobArn: "k",
        kmsKeyArn: "l",
        coldStart: 5,
        contextTokens: 9,
        countTokens: true,
        toolParser: true,
      },
      {
        s3Uri: "s3://a/",
        jobName: "j",
        jobArn: "k",
        kmsKeyArn: "l",
        coldStart: 5,
        contextTokens: 9,
        countTokens: true,
        toolParser: true,
      },
    ],
  ])("%s", (_, declaration, expected) => {
    expect(declare(declaration)).toMatchObject(expected);
  });

  test.each(["nonsense", "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/x"])(
    "the ARN %s is none",
    (arn) => {
      expect(() => declare({ arn })).toThrow("is not the ARN of an imported model");
    },
  );

  test.each([
    ["2025-11-10T23:59:59Z", true],
    ["2025-11-11T00:00:00Z", false],
  ])("imported %s it is older: %s", (imported, older) => {
    expect(declare({ imported }).older).toBe(older);
  });
});

describe("a foundation model", () => {
  test("is a chat model of no family unless told otherwise", () => {
    expect(toFoundationModel({ id: "a.b-v1:0" })).toMatchObject({
      kind: "foundation",
      id: "a.b-v1:0",
      region: undefined,
      dialect: "plain",
      reasoning: "reasoning-field",
      thinks: false,
      images: false,
      instructSupported: true,
      countTokens: true,
      maxOutputTokens: undefined,
    });
  });

  test("of Kimi's kind reasons in pairs", () => {
    expect(toFoundationModel({ id: "k", dialect: "kimi" })).toMatchObject({
      thinks: true,
      reasoning: "reasoning-pairs",
    });
    expect(
      toFoundationModel({ id: "k", dialect: "kimi", thinks: false, reasoning: "think-tags" }),
    ).toMatchObject({ thinks: false, reasoning: "think-tags" });
  });
});

describe("the built-in ones", () => {
  const models = builtInModels.map((declaration) => toImportedModel(declaration, home));

  test("stand in us-east-1 with names that AWS would take, each once", () => {
    expect(new Set(models.map((model) => model.id)).size).toBe(models.length);
    expect(new Set(models.map((model) => model.name)).size).toBe(models.length);
    for (const model of models) {
      expect(model.region).toBe("us-east-1");
      expect(model.name).toMatch(rules.importedModelName.matches);
    }
  });

  test("are one of every architecture, twelve characters at the end", () => {
    const examples = models.filter((model) => model.account === "123456789012");
    expect(examples.map((model) => model.architecture).toSorted()).toEqual(architectureNames.toSorted());
    for (const model of examples) expect(model.id).toMatch(/\/[a-z0-9]{12}$/);
  });

  test("the Qwen ones are older, and have what newer ones have", () => {
    for (const model of models.filter(({ dialect }) => dialect === "qwen")) {
      expect(model).toMatchObject({
        older: true,
        extensions: true,
        formats: ["OpenAIChatCompletion", "BedrockCompletion"],
      });
    }
  });
});

describe("the catalogue", () => {
  const create = (): ReturnType<typeof createCatalogue> =>
    createCatalogue(
      [
        declare(),
        declare({ name: "n", id: "n", arn: "arn:aws:bedrock:us-east-1:123456789012:imported-model/n" }),
      ],
      [toFoundationModel({ id: "f" })],
    );

  test("finds by ARN, by id, and by name within a region", () => {
    const catalogue = create();
    const { id } = declare();
    expect(catalogue.find(id)?.name).toBe("m");
    expect(catalogue.find("f")?.kind).toBe("foundation");
    expect(catalogue.find("m")).toBeUndefined();
    expect(catalogue.findImported("m", "eu-central-1")?.id).toBe(id);
    expect(catalogue.findImported("m", "us-east-1")).toBeUndefined();
    expect(catalogue.findImported(id, "us-east-1")).toBeUndefined();
    expect(catalogue.imported("us-east-1").map(({ name }) => name)).toEqual(["n"]);
    expect(catalogue.all().map(({ name }) => name)).toEqual(["m", "n", "f"]);
  });

  test("is changed and set back", () => {
    const catalogue = create();
    catalogue.remove(declare());
    catalogue.add(declare({ name: "new" }));
    expect(catalogue.imported().map(({ name }) => name)).toEqual(["n", "new"]);
    catalogue.reset();
    expect(catalogue.imported().map(({ name }) => name)).toEqual(["m", "n"]);
  });
});

test("descriptions tell what there is to know", () => {
  expect(describeModel(declare({ imported: "2026-02-03T04:05:06Z" }))).toEqual({
    kind: "imported",
    arn: declare().id,
    name: "m",
    architecture: "llama",
    region: "eu-central-1",
    instructSupported: true,
    chatTemplate: true,
    formats: ["OpenAIChatCompletion", "BedrockCompletion", "OpenAICompletion"],
    images: false,
    toolParser: false,
    answerShape: "generation",
    creationTime: "2026-02-03T04:05:06.000Z",
    unitsPerCopy: 2,
    unitsVersion: "1.0",
  });
  expect(describeModel(toFoundationModel({ id: "f" }))).not.toHaveProperty("architecture");
});

test.each([
  ["1.0", "us-east-1", 0.05718],
  ["v1.0", "us-west-2", 0.05718],
  ["1.0", "eu-central-1", 0.07144],
  ["2.0", "us-east-1", 0.1433],
  ["9.9", "us-east-1", 0],
])("a unit of version %s in %s costs %d a minute", (version, region, price) => {
  expect(unitMinutePrice(defaultPrices, region, version)).toBe(price);
});

test("tokens cost where the table says so", () => {
  const price = (id: string): number =>
    tokenPrice(defaultPrices, toFoundationModel({ id }), { input: 1e6, output: 1e6 });
  expect([price("moonshot.kimi-k2-thinking"), price("other")]).toEqual([3.1, 0]);
});

test("answers name an import by account and id, a foundation model by its id", () => {
  expect(toModelField(declare({ id: "abc" }))).toBe("210987654321-abc");
  expect(toModelField(toFoundationModel({ id: "a.b" }))).toBe("a.b");
});

describe("AWS's rules of names", () => {
  test.each([
    ["jobName", ["a", "a-b", "a--b", "a.b+c", "a".repeat(63)], ["", "-a", "a b", "a_b", "ä"]],
    ["importedModelName", ["a", "a-b", "a_b", "a-", "A1"], ["", "-a", "a--b", "a_-b", "a.b"]],
    [
      "roleArn",
      ["arn:aws:iam::123456789012:role/r", "arn:aws-us-gov:iam::123456789012:role/a/b"],
      ["arn:aws:iam::12:role/r", "arn:aws:iam::123456789012:user/u", "r"],
    ],
    [
      "s3Uri",
      ["s3://bucket", "s3://bucket/", "s3://my.bucket-1/a/b/"],
      ["s3://b", "s3://Bucket/", "https://bucket/", "s3://bucket-"],
    ],
    ["clientRequestToken", ["a", "a-b", "a--b"], ["-a", "a-", "a_b"]],
    [
      "kmsKey",
      [
        "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
        "alias/mine",
        "12345678-1234-1234-1234-123456789012",
      ],
      ["", "key", "arn:aws:kms:us-east-1:123456789012:role/x"],
    ],
  ] as const)("%s", (name, right, wrong) => {
    for (const text of right) expect(text).toMatch(rules[name].matches);
    for (const text of wrong) expect(text).not.toMatch(rules[name].matches);
  });

  test("no text makes them slow", () => {
    const hostile = ["-", "a", "a-", "_a", "/"].map((part) => `${part.repeat(50_000)}!`);
    for (const rule of Object.values(rules)) for (const text of hostile) rule.matches.test(`a${text}`);
  });
});
