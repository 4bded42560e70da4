import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveAccess } from "../../src/config/access.ts";
import { blockList } from "../../src/config/keys/block-list.ts";
import { toCheckReport } from "../../src/config/report/check-report.ts";
import { describeModel } from "../../src/config/report/describe-model.ts";
import { renderReport } from "../../src/config/report/render-report.ts";
import { arn, load, oneModel } from "./load.ts";

const rich = readFileSync(new URL("fixtures/check.yaml", import.meta.url), "utf8");

/** Whatever is in a file: it is read or it is said why not, and never anything else. */
async function mustHold(yaml: string, env: Record<string, string> = {}) {
  const { config, models, findings } = await load(yaml, { env });
  const errors = findings.filter(({ level }) => level === "error");
  expect(config === undefined).toBe(errors.length > 0);
  for (const finding of findings) {
    expect(finding.message).toMatch(/^\S[\s\S]*\S$/);
    expect(finding.line).toBeGreaterThanOrEqual(0);
  }
  const lines = models.map((model) => describeModel(model, {}));
  const access = config && resolveAccess(config, { env: {} });
  renderReport(toCheckReport({ file: "config.yaml", models: lines, findings, access }), { color: false });
  return { config, findings };
}

describe("whatever a config holds", () => {
  it("after slips of the pen in a good one, it is read or refused with a reason", async () => {
    const edit = fc.record({
      at: fc.nat(rich.length),
      remove: fc.nat(4),
      insert: fc.string({ maxLength: 3, unit: fc.constantFrom(...":-[]{}'\"#&*!|>%@, \n\tab1~") }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const yaml = edits.reduce(
          (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
          rich,
        );
        await mustHold(yaml, { LITELLM_MASTER_KEY: "sk-a", TIMEOUT: "5" });
      }),
      { numRuns: 400 },
    );
  });

  it("any value under any key is read or refused with a reason", async () => {
    const keys = blockList.flatMap(({ name, keys: table }) =>
      Object.keys(table).map((key) => [name, key] as const),
    );
    const value = fc.jsonValue({ maxDepth: 3 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), value, async ([block, key], json) => {
        await mustHold(JSON.stringify(documentWith(block, key, json)));
      }),
      { numRuns: 1500 },
    );
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "", " ", "a.b", "ключ", "*", "[0]"])(
    "a key %j is a key like another",
    async (key) => {
      for (const { name } of blockList) {
        const { findings } = await mustHold(JSON.stringify(documentWith(name, key, { master: 1 })));
        expect(findings.every(({ code }) => code !== "broken_yaml")).toBe(true);
      }
      expect(({} as Record<string, unknown>)["master"]).toBeUndefined();
    },
  );

  it("a thousand models take no long time to check", async () => {
    const entry = (index: number) =>
      `  - {model_name: m${index}, litellm_params: {model: bedrock/qwen3/${arn}, unknown_${index}: 1}}`;
    const list = Array.from({ length: 1000 }, (_, index) => entry(index)).join("\n");
    const { config, findings } = await mustHold(`model_list:\n${list}\n`);
    expect(config?.models).toHaveLength(1000);
    expect(findings).toHaveLength(1000);
  });
});

/** A document of one good model with one more key, in the block of that name. */
function documentWith(block: string, key: string, json: unknown): Record<string, unknown> {
  const entry = own({ model_name: "m", litellm_params: own({ model: `bedrock/qwen3/${arn}` }) });
  const model_list = [entry];
  const extra = own({});
  set(extra, key, json);
  switch (block) {
    case "the top level": {
      const root = own({ model_list });
      set(root, key, json);
      return root;
    }
    case "litellm_params":
      set(entry["litellm_params"] as Record<string, unknown>, key, json);
      return own({ model_list });
    case "model_list[]":
      set(entry, key, json);
      return own({ model_list });
    case "model_info":
      return own({ model_list: [own({ ...entry, model_info: extra })] });
    case "credential_list[]":
      return own({ model_list, credential_list: [extra] });
    case "litellm_settings.cache_params":
      return own({ model_list, litellm_settings: own({ cache: true, cache_params: extra }) });
    default:
      return own({ model_list, [block]: extra });
  }
}

function own(values: Record<string, unknown>): Record<string, unknown> {
  return values;
}

function set(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

describe("a secret", () => {
  const canary = "canary-4f3a9c";

  it("is in no message, wherever it was put by mistake", async () => {
    const secretKeys = [
      "api_key",
      "aws_secret_access_key",
      "aws_session_token",
      "master_key",
      "redis_password",
    ];
    for (const { name, keys } of blockList) {
      for (const key of [...Object.keys(keys).filter((word) => !word.includes("*")), "unknown_thing"]) {
        // What a model or a group is called is no secret: it is what the messages are about.
        if (
          /^(?:model|model_name|model_id|.*fallbacks|completion_model|credential_name|litellm_credential_name|id|custom_llm_provider|include)$/.test(
            key,
          )
        )
          continue;
        for (const value of [canary, [canary], { a: canary }, { [secretKeys[0] ?? ""]: canary }]) {
          const { findings } = await load(JSON.stringify(documentWith(name, key, value)));
          const said = findings
            .filter(({ message }) => message.includes(canary))
            .map(({ message }) => message);
          expect(said.filter((message) => !isAboutWords(key, message))).toEqual([]);
        }
      }
    }
  });

  it("from the environment is shown as the reference, even where the message repeats the value", async () => {
    const yaml = `model_list: [{model_name: m, litellm_params: {model: bedrock/qwen3/${arn}, aws_region_name: os.environ/AWS_SECRET}}]`;
    const { findings } = await load(yaml, { env: { AWS_SECRET: canary } });
    expect(findings[0]?.message).toContain('"os.environ/AWS_SECRET" is not a region');
  });

  it("that stands in a second place is hidden there too", async () => {
    const { findings } = await load(
      `model_list: [{model_name: m, litellm_params: {model: bedrock/qwen3/${arn}, api_key: ${canary}, wire: ${canary}}}]`,
    );
    expect(findings[0]?.message).toContain("is not a wire");
    expect(JSON.stringify(findings)).not.toContain(canary);
  });

  it("is not in what is told of the config's file", async () => {
    const { findings } = await load(
      `${oneModel}general_settings:\n  master_key: ${canary}\n master_key: ${canary}\n`,
    );
    expect(findings[0]?.code).toBe("broken_yaml");
    expect(JSON.stringify(findings)).not.toContain(canary);
  });
});

/** Messages about words of the user's own: the name of a callback, a wire, a region, a template. */
function isAboutWords(key: string, message: string): boolean {
  return (
    /callback|^optional_pre_call_checks$|^wire$|region|chat_template|model_alias_map|model_group_alias|supported_environments/.test(
      key,
    ) || message.includes("no group")
  );
}
