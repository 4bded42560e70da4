import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Environment } from "../../src/bedrock/environment.ts";
import { resolveRegion } from "../../src/bedrock/region.ts";
import { readProfileRegion } from "../../src/bedrock/shared-config.ts";
import { parseModelRef } from "../../src/core/model-ref.ts";

const imported = "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc";
const kimi = "bedrock/moonshot.kimi-k2-thinking";
const nowhere = {
  AWS_CONFIG_FILE: "/nonexistent/config",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
};
const all = { AWS_REGION_NAME: "us-east-2", AWS_REGION: "us-west-1", AWS_DEFAULT_REGION: "us-west-2" };

interface Own {
  readonly explicit?: string;
  readonly env?: Environment;
  readonly profile?: string;
}

function resolve(model: string, { explicit, env = {}, profile }: Own): Promise<string> {
  return resolveRegion({ explicit, ref: parseModelRef(model), env: { ...nowhere, ...env }, profile });
}

describe("the region", () => {
  test.each<[string, string, Own, string]>([
    ["the call's own", kimi, { explicit: "eu-central-1", env: all }, "eu-central-1"],
    ["the call's own, as the ARN's", imported, { explicit: "us-east-1" }, "us-east-1"],
    ["the ARN's before the environment's", imported, { env: all }, "us-east-1"],
    [
      "a segment of the model string",
      "bedrock/us-west-2/moonshot.kimi-k2-thinking",
      { env: all },
      "us-west-2",
    ],
    ["LiteLLM's variable", kimi, { env: all }, "us-east-2"],
    ["AWS's variable", kimi, { env: { ...all, AWS_REGION_NAME: "" } }, "us-west-1"],
    ["AWS's second variable", kimi, { env: { AWS_DEFAULT_REGION: "us-west-2" } }, "us-west-2"],
    ["an empty one is none", kimi, { explicit: "", env: { AWS_REGION: "us-west-1" } }, "us-west-1"],
  ])("%s", async (...[, model, own, region]) => {
    expect(await resolve(model, own)).toBe(region);
  });

  test("that contradicts the ARN is refused", async () => {
    await expect(resolve(imported, { explicit: "us-west-2" })).rejects.toMatchObject({
      code: "region_mismatch",
      status: 400,
      message: expect.stringMatching(/us-west-2.*us-east-1/),
    });
  });

  test("that nobody names is missing, and the error says what to set", async () => {
    await expect(resolve(kimi, {})).rejects.toMatchObject({
      code: "region_missing",
      message: expect.stringMatching(/moonshot\.kimi-k2-thinking.*aws_region_name.*AWS_REGION/),
    });
  });

  test.each(["us-east-1.evil.example/", "US-EAST-1", "local", "us-east-1 "])(
    "%j can't become part of a host",
    async (explicit) => {
      await expect(resolve(kimi, { explicit })).rejects.toMatchObject({ code: "invalid_request" });
      await expect(resolve(kimi, { env: { AWS_REGION: explicit } })).rejects.toMatchObject({
        code: "invalid_request",
      });
    },
  );
});

describe("a profile's region", () => {
  let folder = "";
  let files: Record<string, string> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outcrop-region-"));
    files = {
      AWS_CONFIG_FILE: join(folder, "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
    };
    const config = [
      "# a comment",
      "[default]",
      "region = eu-west-1",
      "[profile plain]",
      "output = json",
      "region=us-east-2",
      "[profile none]",
      "output = json",
      "[profile nested]",
      "s3 =",
      "  region = sa-east-1",
      "region = ca-central-1",
      "[profile both]",
      "region = us-west-1",
      "[profile commented]",
      "region = us-west-2 # there",
      "; region = eu-north-1",
      '[profile "quoted name"]',
      "region = ap-south-1",
      "[both]",
      "region = ap-east-1",
      "[sso-session plain]",
      "region = eu-south-1",
      "[profile spaced]",
      "region\t=\tap-northeast-1",
    ];
    const credentials = [
      "[both]",
      "aws_access_key_id = AK",
      "region = us-gov-west-1",
      "[only]",
      "region = eu-west-3",
    ];
    await writeFile(join(folder, "config"), config.join("\r\n"));
    await writeFile(join(folder, "credentials"), credentials.join("\n"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const profiles = ["default", "plain", "nested", "both", "commented", "spaced", "only"];

  test.each(profiles)("%s, as AWS's SDK reads it", async (profile) => {
    for (const [name, value] of Object.entries({
      ...files,
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
    }))
      vi.stubEnv(name, value);
    const oracle = new BedrockRuntimeClient({ profile });
    expect(await readProfileRegion(profile, files)).toBe(await oracle.config.region());
  });

  test.each([
    ["the call's", "plain", {}, "us-east-2"],
    ["AWS_PROFILE", undefined, { AWS_PROFILE: "plain" }, "us-east-2"],
    ["LiteLLM's variable", undefined, { AWS_PROFILE_NAME: "plain" }, "us-east-2"],
    ["the default one", undefined, {}, "eu-west-1"],
    ["one without a region", "none", {}, undefined],
    ["one that isn't there", "absent", {}, undefined],
    ["an unnamed word is not a profile", "sso-session plain", {}, undefined],
    ["a quoted name", "quoted name", {}, "ap-south-1"],
  ])("is that of %s", async (...[, profile, env, region]) => {
    expect(await readProfileRegion(profile, { ...files, ...env })).toBe(region);
  });

  test("comes last", async () => {
    expect(await resolve(kimi, { env: files, profile: "plain" })).toBe("us-east-2");
    expect(await resolve(kimi, { env: { ...files, AWS_REGION: "us-west-2" }, profile: "plain" })).toBe(
      "us-west-2",
    );
  });

  test("files in the home folder are found", async () => {
    expect(await readProfileRegion(undefined, { HOME: "/nonexistent" })).toBeUndefined();
  });
});
