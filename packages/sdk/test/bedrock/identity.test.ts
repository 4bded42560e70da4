import { describe, expect, test } from "vitest";
import type { CallAuth } from "../../src/bedrock/call-auth.ts";
import type { Environment } from "../../src/bedrock/environment.ts";
import { chooseIdentity } from "../../src/bedrock/identity.ts";

const keys = { accessKeyId: "AK", secretAccessKey: "SK" };
const envKeys = { AWS_ACCESS_KEY_ID: "AKENV", AWS_SECRET_ACCESS_KEY: "SKENV" };
const envToken = { AWS_BEARER_TOKEN_BEDROCK: "env-token" };
const role = "arn:aws:iam::123456789012:role/caller";
const ofPod = { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: "/var/token" };

const bearer = (token: string) => ({ kind: "bearer", token });
const signing = (accessKeyId: string) => ({ kind: "keys", keys: expect.objectContaining({ accessKeyId }) });
const chain = expect.objectContaining({ kind: "chain" });
const profile = (name: string) => expect.objectContaining({ kind: "profile", profile: name });
const assumed = (own: object) => expect.objectContaining({ kind: "role", roleArn: role, ...own });
const web = (own: object) => expect.objectContaining({ kind: "web-identity", roleArn: role, ...own });

const rows: readonly (readonly [string, CallAuth, Environment, unknown])[] = [
  ["nothing is set: AWS's chain", {}, {}, chain],
  ["the call's API key", { apiKey: "k" }, envToken, bearer("k")],
  ["the call's API key before its keys", { apiKey: "k", ...keys }, {}, bearer("k")],
  ["the environment's API key", {}, { ...envToken, ...envKeys }, bearer("env-token")],
  ["an empty API key switches it off", { apiKey: "" }, { ...envToken, ...envKeys }, signing("AKENV")],
  ["an empty API key, and nothing else", { apiKey: "" }, envToken, chain],
  ["the call's keys before the environment's API key", keys, envToken, signing("AK")],
  ["the call's keys before its profile", { ...keys, profile: "p" }, {}, signing("AK")],
  ["the call's profile before the environment's API key", { profile: "p" }, envToken, profile("p")],
  [
    "the call's role before the environment's API key",
    { roleArn: role },
    envToken,
    assumed({ source: chain }),
  ],
  ["the environment's keys", {}, envKeys, signing("AKENV")],
  ["half of them are none", {}, { AWS_ACCESS_KEY_ID: "AKENV" }, chain],
  ["AWS_PROFILE beside them leaves it to AWS's chain", {}, { ...envKeys, AWS_PROFILE: "p" }, chain],
  ["a role from the call's keys", { ...keys, roleArn: role }, envKeys, assumed({ source: signing("AK") })],
  [
    "a role from the call's profile",
    { profile: "p", roleArn: role },
    envKeys,
    assumed({ source: profile("p") }),
  ],
  ["a role from the environment's keys", { roleArn: role }, envKeys, assumed({ source: signing("AKENV") })],
  [
    "a role's own settings",
    { roleArn: role, roleSessionName: "s", externalId: "e", stsEndpoint: "https://sts" },
    {},
    assumed({ sessionName: "s", externalId: "e", stsEndpoint: "https://sts" }),
  ],
  [
    "a role's settings of the environment",
    { roleArn: role },
    { AWS_SESSION_NAME: "s", AWS_EXTERNAL_ID: "e", AWS_STS_ENDPOINT: "https://sts" },
    assumed({ sessionName: "s", externalId: "e", stsEndpoint: "https://sts" }),
  ],
  [
    "a role's settings by default",
    { roleArn: role },
    {},
    assumed({ sessionName: "outcrop", externalId: undefined, stsEndpoint: undefined }),
  ],
  [
    "web identity before keys and profile",
    { ...keys, profile: "p", roleArn: role, webIdentityToken: "t" },
    {},
    web({ token: "t" }),
  ],
  [
    "web identity with the environment's role",
    { webIdentityToken: "t" },
    { AWS_ROLE_NAME: role },
    web({ token: "t" }),
  ],
  ["web identity with AWS's role", { webIdentityToken: "t" }, { AWS_ROLE_ARN: role }, web({ token: "t" })],
  ["LiteLLM's profile", {}, { AWS_PROFILE_NAME: "p", ...envKeys }, profile("p")],
  ["LiteLLM's role", {}, { AWS_ROLE_NAME: role, ...envKeys }, assumed({ source: signing("AKENV") })],
  [
    "LiteLLM's role and profile",
    {},
    { AWS_ROLE_NAME: role, AWS_PROFILE_NAME: "p" },
    assumed({ source: profile("p") }),
  ],
  ["LiteLLM's web identity", {}, { AWS_ROLE_NAME: role, AWS_WEB_IDENTITY_TOKEN: "t" }, web({ token: "t" })],
  [
    "the environment's API key before LiteLLM's role",
    {},
    { ...envToken, AWS_ROLE_NAME: role },
    bearer("env-token"),
  ],
  ["the call's keys before LiteLLM's role", keys, { AWS_ROLE_NAME: role }, signing("AK")],
  [
    "a pod that runs as the role already isn't asked to assume it",
    { roleArn: role },
    ofPod,
    web({ token: "/var/token" }),
  ],
  [
    "another role is assumed from the pod's",
    { roleArn: role },
    { ...ofPod, AWS_ROLE_ARN: "arn:other" },
    assumed({ source: chain }),
  ],
  [
    "and the pod's role from other keys, too",
    { ...keys, roleArn: role },
    ofPod,
    assumed({ source: signing("AK") }),
  ],
  [
    "empty variables are none",
    {},
    {
      AWS_BEARER_TOKEN_BEDROCK: "",
      AWS_PROFILE_NAME: "",
      AWS_ROLE_NAME: "",
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
    },
    chain,
  ],
];

describe("who a call is made as", () => {
  test.each(rows)("%s", (...[, auth, env, identity]) => {
    expect(chooseIdentity(auth, env)).toEqual(identity);
  });

  test("a web identity token without a role is refused", () => {
    const choose = () => chooseIdentity({ webIdentityToken: "canary" }, {});
    expect(choose).toThrow(expect.objectContaining({ code: "invalid_request", param: "aws_role_name" }));
    expect(choose).toThrow(expect.objectContaining({ message: expect.not.stringContaining("canary") }));
  });

  test.each([
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONFIG_FILE",
  ])("another %s may be another identity", (name) => {
    expect(chooseIdentity({}, { [name]: "one" })).not.toEqual(chooseIdentity({}, { [name]: "other" }));
  });
});
