import {
  CreateModelImportJobCommand,
  DeleteImportedModelCommand,
  GetImportedModelCommand,
  GetModelImportJobCommand,
  ListImportedModelsCommand,
  ListModelImportJobsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-bedrock";
import type {
  BedrockClient,
  CreateModelImportJobCommandInput,
  ListImportedModelsCommandInput,
} from "@aws-sdk/client-bedrock";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judgeImport } from "../src/control/import-source.ts";
import type { ModelFiles } from "../src/control/import-source.ts";
import { arns, failureOf, invoke, startRig, stopRig, useRig } from "./rig.ts";
import type { Json, Rig } from "./rig.ts";

const rig = useRig({ importDuration: "10m" });

const job = (rest: Partial<CreateModelImportJobCommandInput> = {}): CreateModelImportJobCommand =>
  new CreateModelImportJobCommand({
    jobName: "job-1",
    importedModelName: "my-llama",
    roleArn: "arn:aws:iam::123456789012:role/import",
    modelDataSource: { s3DataSource: { s3Uri: "s3://bucket/llama-3.1-8b/" } },
    ...rest,
  });
const from = (s3Uri: string): Pick<CreateModelImportJobCommandInput, "modelDataSource"> => ({
  modelDataSource: { s3DataSource: { s3Uri } },
});
const get = async (jobIdentifier: string): Promise<Json> =>
  rig().control.send(new GetModelImportJobCommand({ jobIdentifier }));

describe("the built-in models", () => {
  test("are one of each architecture, and those of the LiteLLM page", async () => {
    const { modelSummaries = [] } = await rig().control.send(new ListImportedModelsCommand({}));
    const architectures = modelSummaries.map((model) => model.modelArchitecture);
    for (const name of [
      "llama",
      "mllama",
      "mistral",
      "mixtral",
      "qwen2",
      "qwen2_vl",
      "qwen2_5_vl",
      "qwen3",
      "qwen3_moe",
      "gpt_oss",
      "gpt_bigcode",
      "t5",
    ]) {
      expect(architectures).toContain(name);
    }
    const listed = modelSummaries.map((model) => model.modelArn);
    expect(listed).toEqual(
      expect.arrayContaining([arns.deepseek, arns.missionQwen3, arns.missionQwen2, arns.missionVision]),
    );
    const dated = modelSummaries.filter((model) => model.modelArchitecture?.startsWith("qwen"));
    for (const model of dated) expect(Number(model.creationTime)).toBeLessThan(Date.parse("2025-11-11"));
  });

  test.each([
    [arns.llama, "llama-3-1-8b-instruct", "llama", true],
    [arns.missionQwen3, "qwen3-32b", "qwen3", false],
    [arns.deepseek, "deepseek-r1-distill-llama-70b", "llama", false],
  ])(
    "GetImportedModel takes the ARN and the name (%s)",
    async (arn, name, modelArchitecture, instructSupported) => {
      const [byArn, byName] = await Promise.all(
        [arn, name].map((modelIdentifier) =>
          rig().control.send(new GetImportedModelCommand({ modelIdentifier })),
        ),
      );
      expect(byArn).toMatchObject({
        modelArn: arn,
        modelName: name,
        modelArchitecture,
        instructSupported,
        creationTime: expect.any(Date),
        customModelUnits: {
          customModelUnitsPerModelCopy: expect.any(Number),
          customModelUnitsVersion: "1.0",
        },
        modelDataSource: { s3DataSource: { s3Uri: expect.stringContaining("s3://") } },
      });
      expect({ ...byName, $metadata: {} }).toEqual({ ...byArn, $metadata: {} });
    },
  );

  test("are not in other regions", async () => {
    const elsewhere = await startRig({}, "eu-central-1");
    expect((await elsewhere.control.send(new ListImportedModelsCommand({}))).modelSummaries).toEqual([]);
    const failure = await failureOf(
      elsewhere.control.send(new GetImportedModelCommand({ modelIdentifier: arns.llama })),
    );
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual(["ResourceNotFoundException", 404]);
    await stopRig(elsewhere);
  });

  test.each([
    ["an unknown name", "nobody", "ResourceNotFoundException", 404],
    ["no identifier at all", "bad name!", "ValidationException", 400],
  ])("%s", async (_, modelIdentifier, name, status) => {
    const failure = await failureOf(rig().control.send(new GetImportedModelCommand({ modelIdentifier })));
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual([name, status]);
  });

  test("can be deleted, and come back with a reset", async () => {
    await rig().control.send(new DeleteImportedModelCommand({ modelIdentifier: "llama-3-1-8b-instruct" }));
    const failure = await failureOf(invoke(rig().runtime, arns.llama, { prompt: "hi" }));
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual(["ResourceNotFoundException", 404]);
    rig().emulator.reset();
    expect(await invoke(rig().runtime, arns.llama, { prompt: "hi" })).toHaveProperty("generation");
  });
});

describe("listings", () => {
  const declared = Array.from({ length: 7 }, (_, index) => ({
    name: `model-${index}`,
    architecture: "llama" as const,
    imported: `2026-0${index + 1}-01T00:00:00Z`,
  }));
  const own = useRig({ models: declared });
  const list = async (input: ListImportedModelsCommandInput): Promise<string[]> => {
    const { modelSummaries = [] } = await own().control.send(new ListImportedModelsCommand(input));
    return modelSummaries.map((model) => model.modelName ?? "");
  };

  test("are newest first, or oldest first", async () => {
    expect(await list({})).toEqual(declared.map(({ name }) => name).toReversed());
    expect(await list({ sortBy: "CreationTime", sortOrder: "Ascending" })).toEqual(
      declared.map(({ name }) => name),
    );
  });

  test.each<[ListImportedModelsCommandInput, string[]]>([
    [{ nameContains: "-3" }, ["model-3"]],
    [{ nameContains: "model 3" }, []],
    [{ creationTimeAfter: new Date("2026-05-01T00:00:00Z") }, ["model-6", "model-5"]],
    [{ creationTimeBefore: new Date("2026-02-01T00:00:00Z") }, ["model-0"]],
    [
      {
        creationTimeAfter: new Date("2026-02-15"),
        creationTimeBefore: new Date("2026-03-15"),
        nameContains: "model",
      },
      ["model-2"],
    ],
  ])("can be filtered by %j", async (input, expected) => {
    expect(await list(input)).toEqual(expected);
  });

  test.each([1, 3, 7, 100])("come in pages of %d that join to the whole", async (maxResults) => {
    const pages: string[][] = [];
    let nextToken: string | undefined;
    do {
      const page = await own().control.send(
        new ListImportedModelsCommand({ maxResults, ...(nextToken && { nextToken }) }),
      );
      pages.push((page.modelSummaries ?? []).map((model) => model.modelName ?? ""));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(pages.flat()).toEqual(await list({}));
    expect(pages.length).toBe(Math.ceil(7 / maxResults));
  });

  test.each<[Json, string]>([
    [{ maxResults: 0 }, "maxResults"],
    [{ maxResults: 1001 }, "maxResults"],
    [{ nextToken: "nonsense" }, "nextToken"],
    [{ sortOrder: "Sideways" }, "sortOrder"],
    [{ sortBy: "Name" }, "sortBy"],
  ])("%j is refused", async (input, member) => {
    const failure = await failureOf(list(input));
    expect([failure.name, failure.message]).toEqual(["ValidationException", expect.stringContaining(member)]);
  });
});

describe("an import job", () => {
  test("runs from InProgress to Completed, and its model then answers", async () => {
    const { emulator, control, runtime } = rig();
    const { jobArn = "", $metadata } = await control.send(job());
    expect($metadata.httpStatusCode).toBe(201);
    expect(jobArn).toMatch(/^arn:aws:bedrock:us-east-1:123456789012:model-import-job\/[a-z0-9]{12}$/);
    expect(await get(jobArn)).toMatchObject({
      status: "InProgress",
      jobName: "job-1",
      importedModelName: "my-llama",
    });
    expect(await get("job-1")).not.toHaveProperty("importedModelArn");
    emulator.advance("9m");
    expect((await get(jobArn)).status).toBe("InProgress");
    emulator.advance("1m");
    const done = await get("job-1");
    expect(done).toMatchObject({
      status: "Completed",
      endTime: expect.any(Date),
      roleArn: "arn:aws:iam::123456789012:role/import",
    });
    expect(await invoke(runtime, done.importedModelArn, { prompt: "hi" })).toHaveProperty("generation");
    const model = await control.send(new GetImportedModelCommand({ modelIdentifier: "my-llama" }));
    expect(model).toMatchObject({
      jobArn,
      jobName: "job-1",
      modelArchitecture: "llama",
      instructSupported: true,
    });
    expect(model.modelDataSource?.s3DataSource?.s3Uri).toBe("s3://bucket/llama-3.1-8b/");
  });

  test("may be invoked as soon as it is over, without a look at the control plane", async () => {
    const { jobArn = "" } = await rig().control.send(job());
    rig().emulator.advance("10m");
    const arn =
      rig()
        .emulator.models()
        .find((model) => model.name === "my-llama")?.arn ?? "";
    expect(await invoke(rig().runtime, arn, { prompt: "hi" })).toHaveProperty("generation");
    expect((await get(jobArn)).status).toBe("Completed");
  });

  test.each([
    ["s3://b-b/gemma-3-27b/", "gemma3"],
    ["s3://b-b/Qwen3.5-9B/", "qwen3_5"],
    ["s3://b-b/Qwen3-VL-8B/", "qwen3_vl"],
  ])("of %s fails by its architecture", async (s3Uri, architecture) => {
    await rig().control.send(job(from(s3Uri)));
    rig().emulator.advance("10m");
    const failed = await get("job-1");
    expect(failed.status).toBe("Failed");
    expect(failed.failureMessage).toMatch(
      new RegExp(
        `^Amazon bedrock does not support the architecture \\(${architecture}\\) of the model that you are importing\\.`,
      ),
    );
    expect(failed).not.toHaveProperty("importedModelArn");
  });

  test.each([
    ["s3://b-b/Qwen3-30B-A3B/", "qwen3_moe"],
    ["s3://b-b/Qwen2.5-VL-72B-Instruct/", "qwen2_5_vl"],
    ["s3://b-b/Mixtral-8x7B/", "mixtral"],
    ["s3://b-b/gpt-oss-20b/", "gpt_oss"],
    ["s3://b-b/flan-t5-xl/", "t5"],
    ["s3://b-b/whatever/", "llama"],
  ])("of %s is taken for %s", async (s3Uri, architecture) => {
    await rig().control.send(job({ ...from(s3Uri), importedModelName: "mine" }));
    rig().emulator.advance("10m");
    expect(
      rig()
        .emulator.models()
        .find((model) => model.name === "mine")?.architecture,
    ).toBe(architecture);
  });

  test.each<[string, Json, string]>([
    [
      "a job name with a blank",
      { jobName: "a b" },
      "'jobName' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [
      "a job name of 64 letters",
      { jobName: "a".repeat(64) },
      "Member must have length less than or equal to 63",
    ],
    ["a hostile job name", { jobName: `a${"-".repeat(61)}!` }, "jobName"],
    ["a model name with a dot", { importedModelName: "llama3.1" }, "importedModelName"],
    ["a model name with two hyphens together", { importedModelName: "a--b" }, "importedModelName"],
    ["no role", { roleArn: "me" }, "roleArn"],
    ["no S3 address", from("https://example.com/"), "modelDataSource.s3DataSource.s3Uri"],
    ["a key that is none", { importedModelKmsKeyId: "?" }, "importedModelKmsKeyId"],
    ["a tag without key", { jobTags: [{ key: "", value: "x" }] }, "jobTags.1.member.key"],
  ])("%s is refused", async (_, change, text) => {
    const failure = await failureOf(rig().control.send(job(change)));
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual(["ValidationException", 400]);
    expect(failure.message).toContain(text);
  });

  test("a missing member is named", async () => {
    const { url, apiKey } = rig().emulator;
    const answer = await fetch(`${url}/model-import-jobs`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}` },
      body: "{}",
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      {
        message:
          "1 validation error detected: Value null at 'jobName' failed to satisfy constraint: Member must not be null",
      },
    ]);
  });

  test("names are taken once, and a token makes repetition harmless", async () => {
    const { control } = rig();
    const { jobArn } = await control.send(job({ clientRequestToken: "token-1" }));
    expect((await control.send(job({ clientRequestToken: "token-1" }))).jobArn).toBe(jobArn);
    const sameJob = await failureOf(control.send(job({ importedModelName: "other" })));
    const sameModel = await failureOf(control.send(job({ jobName: "job-2" })));
    const builtIn = await failureOf(control.send(job({ jobName: "job-2", importedModelName: "qwen3-32b" })));
    for (const failure of [sameJob, sameModel, builtIn]) {
      expect([failure.name, failure.$metadata.httpStatusCode]).toEqual(["ConflictException", 400]);
    }
  });

  test("the quota is three in a region, running ones included, and a deletion makes room", async () => {
    const { control, emulator } = rig();
    const start = (number: number): Promise<Json> =>
      control.send(job({ jobName: `job-${number}`, importedModelName: `model-${number}` }));
    for (const number of [1, 2, 3]) await start(number);
    const failure = await failureOf(start(4));
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual(["ServiceQuotaExceededException", 400]);
    emulator.advance("10m");
    expect((await failureOf(start(4))).name).toBe("ServiceQuotaExceededException");
    await control.send(new DeleteImportedModelCommand({ modelIdentifier: "model-1" }));
    await start(4);
  });

  test("a failed one takes no place", async () => {
    const { control, emulator } = rig();
    for (const number of [1, 2, 3])
      await control.send(
        job({ ...from("s3://b-b/gemma/"), jobName: `job-${number}`, importedModelName: `m-${number}` }),
      );
    emulator.advance("10m");
    await control.send(job({ jobName: "job-4" }));
  });

  test("jobs are listed by status", async () => {
    const { control, emulator } = rig();
    await control.send(job());
    await control.send(job({ ...from("s3://b-b/gemma/"), jobName: "bad", importedModelName: "bad" }));
    const list = async (statusEquals: "InProgress" | "Completed" | "Failed"): Promise<Json[]> =>
      (await control.send(new ListModelImportJobsCommand({ statusEquals }))).modelImportJobSummaries ?? [];
    expect(await list("InProgress")).toHaveLength(2);
    emulator.advance("10m");
    expect(await list("Completed")).toMatchObject([
      { jobName: "job-1", importedModelArn: expect.stringContaining("imported-model/") },
    ]);
    expect(await list("Failed")).toMatchObject([{ jobName: "bad", endTime: expect.any(Date) }]);
    expect(await list("InProgress")).toEqual([]);
  });

  test("an unknown job is not found", async () => {
    expect((await failureOf(get("nobody"))).name).toBe("ResourceNotFoundException");
  });
});

describe("the files of an import", () => {
  const complete: ModelFiles = {
    names: [
      "config.json",
      "tokenizer_config.json",
      "tokenizer.json",
      "model-1.safetensors",
      "generation_config.json",
    ],
    config: { model_type: "qwen3", architectures: ["Qwen3ForCausalLM"] },
    tokenizerConfig: { chat_template: "{{ messages }}" },
    generationConfig: { eos_token_id: [200002, 199999, 200012] },
  };
  const without = (name: string): ModelFiles => ({
    ...complete,
    names: complete.names.filter((other) => other !== name),
  });

  test("complete ones tell the architecture and the template", () => {
    expect(judgeImport(complete, "us-east-1")).toEqual({ architecture: "qwen3", chatTemplate: true });
    expect(judgeImport({ ...complete, tokenizerConfig: {} }, "us-east-1")).toMatchObject({
      chatTemplate: false,
    });
    const jinja = { ...complete, tokenizerConfig: {}, names: [...complete.names, "chat_template.jinja"] };
    expect(judgeImport(jinja, "us-east-1")).toMatchObject({ chatTemplate: true });
  });

  test.each<[string, ModelFiles, string]>([
    ["no config.json", without("config.json"), "config.json"],
    ["no tokenizer", without("tokenizer.json"), "tokenizer.json"],
    ["no weights", without("model-1.safetensors"), "*.safetensors"],
    ["an adapter", { ...complete, names: [...complete.names, "adapter_config.json"] }, "adapters"],
    [
      "another class of Qwen3",
      { ...complete, config: { model_type: "qwen3", architectures: ["Qwen3ForSequenceClassification"] } },
      "(Qwen3ForSequenceClassification)",
    ],
    ["an unknown type", { ...complete, config: { model_type: "gemma3" } }, "(gemma3)"],
    [
      "GPT-OSS without its end tokens",
      { ...complete, config: { model_type: "gpt_oss" }, generationConfig: {} },
      "eos_token_id",
    ],
  ])("%s fails", (_, files, text) => {
    expect(judgeImport(files, "us-east-1")).toEqual({ failure: expect.stringContaining(text) });
  });

  test("GPT-OSS goes to us-east-1 only", () => {
    const files = { ...complete, config: { model_type: "gpt_oss" } };
    expect(judgeImport(files, "us-east-1")).toMatchObject({ architecture: "gpt_oss" });
    expect(judgeImport(files, "us-west-2")).toEqual({ failure: expect.stringContaining("us-east-1 only") });
  });

  test("are read from a directory that stands for an S3 address", async () => {
    const directory = mkdtempSync(join(tmpdir(), "emulator-import-"));
    writeFileSync(join(directory, "config.json"), '{"model_type": "mistral"}');
    writeFileSync(join(directory, "tokenizer_config.json"), "{}");
    writeFileSync(join(directory, "tokenizer.json"), "{}");
    writeFileSync(join(directory, "model.safetensors"), "");
    const own: Rig = await startRig({
      importDuration: 0,
      importSources: { "s3://bucket/mine": directory, "s3://bucket/none": "/nonexistent" },
    });
    await own.control.send(job({ ...from("s3://bucket/mine/"), importedModelName: "mine" }));
    await own.control.send(job({ ...from("s3://bucket/none"), jobName: "none", importedModelName: "none" }));
    expect(own.emulator.models().find((model) => model.name === "mine")).toMatchObject({
      architecture: "mistral",
      chatTemplate: false,
      instructSupported: false,
    });
    const failed = await own.control.send(new GetModelImportJobCommand({ jobIdentifier: "none" }));
    expect(failed.failureMessage).toContain("config.json");
    await stopRig(own);
  });
});

describe("tags", () => {
  const list = async (control: BedrockClient, resourceARN: string): Promise<Json> =>
    (await control.send(new ListTagsForResourceCommand({ resourceARN }))).tags;

  test("are added, replaced and removed", async () => {
    const { control } = rig();
    await control.send(
      new TagResourceCommand({
        resourceARN: arns.llama,
        tags: [
          { key: "team", value: "a" },
          { key: "stage", value: "dev" },
        ],
      }),
    );
    await control.send(
      new TagResourceCommand({ resourceARN: arns.llama, tags: [{ key: "team", value: "b" }] }),
    );
    expect(await list(control, arns.llama)).toEqual([
      { key: "team", value: "b" },
      { key: "stage", value: "dev" },
    ]);
    await control.send(new UntagResourceCommand({ resourceARN: arns.llama, tagKeys: ["stage", "none"] }));
    expect(await list(control, arns.llama)).toEqual([{ key: "team", value: "b" }]);
  });

  test("of a job and of its model are given at its creation", async () => {
    const { control, emulator } = rig();
    const { jobArn = "" } = await control.send(
      job({ jobTags: [{ key: "j", value: "1" }], importedModelTags: [{ key: "m", value: "2" }] }),
    );
    emulator.advance("10m");
    expect(await list(control, jobArn)).toEqual([{ key: "j", value: "1" }]);
    expect(await list(control, (await get(jobArn)).importedModelArn)).toEqual([{ key: "m", value: "2" }]);
  });

  test("are at most two hundred", async () => {
    const tags = (count: number): { key: string; value: string }[] =>
      Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: "" }));
    const add = (count: number): Promise<unknown> =>
      rig().control.send(new TagResourceCommand({ resourceARN: arns.llama, tags: tags(count) }));
    await add(200);
    expect(await list(rig().control, arns.llama)).toHaveLength(200);
    // Replacing all of them adds none.
    await add(200);
    expect(await failureOf(add(201))).toMatchObject({
      name: "TooManyTagsException",
      resourceName: arns.llama,
    });
    expect(await list(rig().control, arns.llama)).toHaveLength(200);
  });

  test("need a resource", async () => {
    expect((await failureOf(list(rig().control, arns.llama.replace("llama", "xxxxx")))).name).toBe(
      "ResourceNotFoundException",
    );
  });
});
