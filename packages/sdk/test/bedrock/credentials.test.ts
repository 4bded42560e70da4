import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CallAuth } from "../../src/bedrock/call-auth.ts";
import type { Credentials } from "../../src/bedrock/credentials.ts";
import { createCredentials } from "../../src/bedrock/credentials.ts";
import type { ExpiringKeys } from "../../src/bedrock/refreshing.ts";
import { createTransport } from "../../src/bedrock/transport.ts";
import type { OutcropError } from "../../src/core/errors.ts";
import { reroute, startContainer, startInstanceMetadata, startSso, startSts } from "./credential-services.ts";
import { answerJson, startLoopback } from "./loopback.ts";
import { settle } from "./test-clock.ts";

const execute = promisify(execFile);

const role = "arn:aws:iam::123456789012:role/caller";
const keys = { accessKeyId: "AKSOURCE", secretAccessKey: "canary-secret" };

let home = "";

/** A home folder with nothing in it, and no variable of AWS. */
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "outcrop-home-"));
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  setEnv({ HOME: home, AWS_EC2_METADATA_DISABLED: "true" });
});

afterEach(() => rm(home, { recursive: true }));

function setEnv(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

async function writeHome(path: string, text: string): Promise<string> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

function create(): Credentials {
  return createCredentials({ env: () => process.env, now: Date.now });
}

function resolve(auth: CallAuth, credentials = create()) {
  return credentials.resolve({ auth, region: "us-east-1", signal: undefined });
}

const signing = (accessKeyId: string) => ({ kind: "keys", keys: expect.objectContaining({ accessKeyId }) });

/** Which access key a request to one of the fakes was signed with. */
function signerOf(authorization: string | undefined): string | undefined {
  return /Credential=([^/]*)\//.exec(authorization ?? "")?.[1];
}

describe("a role", () => {
  test("is assumed with the call's keys", async () => {
    await using sts = await startSts(() => ({ accessKeyId: "AKROLE" }));
    const auth = { ...keys, roleArn: role, roleSessionName: "me", externalId: "ext", stsEndpoint: sts.url };
    expect(await resolve(auth)).toEqual({
      kind: "keys",
      keys: expect.objectContaining({
        accessKeyId: "AKROLE",
        secretAccessKey: "secret",
        sessionToken: "token",
      }),
    });
    const [asked, ...others] = sts.received;
    expect(others).toEqual([]);
    expect(signerOf(asked?.headers.authorization)).toBe("AKSOURCE");
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toMatchObject({
      Action: "AssumeRole",
      RoleArn: role,
      RoleSessionName: "me",
      ExternalId: "ext",
    });
  });

  test("is assumed with a profile's keys", async () => {
    await using sts = await startSts(() => ({ accessKeyId: "AKROLE" }));
    await writeHome(".aws/credentials", "[p]\naws_access_key_id = AKPROFILE\naws_secret_access_key = s\n");
    expect(await resolve({ profile: "p", roleArn: role, stsEndpoint: sts.url })).toEqual(signing("AKROLE"));
    expect(signerOf(sts.received[0]?.headers.authorization)).toBe("AKPROFILE");
    expect(new URLSearchParams(sts.received[0]?.body).has("ExternalId")).toBe(false);
  });

  test("is assumed with what the environment has, all by LiteLLM's variables", async () => {
    await using sts = await startSts(() => ({ accessKeyId: "AKROLE" }));
    setEnv({
      AWS_ACCESS_KEY_ID: "AKENV",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_ROLE_NAME: role,
      AWS_SESSION_NAME: "env",
      AWS_STS_ENDPOINT: sts.url,
    });
    expect(await resolve({})).toEqual(signing("AKROLE"));
    expect(signerOf(sts.received[0]?.headers.authorization)).toBe("AKENV");
    expect(new URLSearchParams(sts.received[0]?.body).get("RoleSessionName")).toBe("env");
  });

  test("that may not be assumed is STS's refusal", async () => {
    const message = "User: arn:aws:iam::1:user/me is not authorized to perform: sts:AssumeRole";
    await using sts = await startSts(() => ({ status: 403, code: "AccessDenied", message }));
    await expect(resolve({ ...keys, roleArn: role, stsEndpoint: sts.url })).rejects.toMatchObject({
      code: "permission_denied",
      awsType: "AccessDenied",
      message,
      requestId: "sts-1",
    });
  });

  test("whose STS can't be reached is a connection that failed", async () => {
    const sts = await startSts(() => ({ accessKeyId: "never" }));
    await sts[Symbol.asyncDispose]();
    await expect(resolve({ ...keys, roleArn: role, stsEndpoint: sts.url })).rejects.toMatchObject({
      code: "connection_failed",
      message: expect.stringMatching(/arn:aws:iam::123456789012:role\/caller.*ECONNREFUSED/),
    });
  });
});

describe("a web identity", () => {
  test.each([
    ["the token itself", async () => "eyJ.token.sig"],
    ["a file that holds it", () => writeHome("token", "eyJ.token.sig\n")],
  ])("by %s, without any signature", async (_, tokenOf) => {
    await using sts = await startSts(() => ({ accessKeyId: "AKWEB" }));
    const auth = {
      roleArn: role,
      roleSessionName: "me",
      webIdentityToken: await tokenOf(),
      stsEndpoint: sts.url,
    };
    expect(await resolve(auth)).toEqual(signing("AKWEB"));
    expect(sts.received[0]?.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(sts.received[0]?.body))).toMatchObject({
      Action: "AssumeRoleWithWebIdentity",
      RoleArn: role,
      RoleSessionName: "me",
      WebIdentityToken: "eyJ.token.sig",
    });
  });

  test("of a pod, by AWS's own variables", async () => {
    await using sts = await startSts(() => ({ accessKeyId: "AKIRSA" }));
    setEnv({
      AWS_ROLE_ARN: role,
      AWS_WEB_IDENTITY_TOKEN_FILE: await writeHome("token", "eyJ.pod.sig"),
      AWS_ENDPOINT_URL_STS: sts.url,
    });
    expect(await resolve({})).toEqual(signing("AKIRSA"));
    expect(new URLSearchParams(sts.received[0]?.body).get("WebIdentityToken")).toBe("eyJ.pod.sig");
  });

  test("that STS doesn't believe", async () => {
    await using sts = await startSts(() => ({
      status: 400,
      code: "InvalidIdentityToken",
      message: "not valid",
    }));
    const auth = { roleArn: role, webIdentityToken: "eyJ.token.sig", stsEndpoint: sts.url };
    await expect(resolve(auth)).rejects.toMatchObject({ code: "authentication", message: "not valid" });
  });

  test("whose file isn't there: the error doesn't repeat what might be a token", async () => {
    const auth = { roleArn: role, webIdentityToken: "/canary/token" };
    const failure = expect(resolve(auth)).rejects;
    await failure.toMatchObject({
      code: "credentials_missing",
      message: expect.not.stringContaining("canary"),
    });
  });
});

describe("a profile", () => {
  test("with keys", async () => {
    await writeHome(
      ".aws/credentials",
      "[p]\naws_access_key_id = AKPROFILE\naws_secret_access_key = s\naws_session_token = t\n",
    );
    expect(await resolve({ profile: "p" })).toEqual({
      kind: "keys",
      keys: expect.objectContaining({ accessKeyId: "AKPROFILE", secretAccessKey: "s", sessionToken: "t" }),
    });
  });

  test("in files of another place", async () => {
    setEnv({
      AWS_SHARED_CREDENTIALS_FILE: await writeHome(
        "elsewhere",
        "[p]\naws_access_key_id = AKELSE\naws_secret_access_key = s\n",
      ),
    });
    expect(await resolve({ profile: "p" })).toEqual(signing("AKELSE"));
  });

  test("with a role and a source profile", async () => {
    await using sts = await startSts(() => ({ accessKeyId: "AKROLE" }));
    setEnv({ AWS_ENDPOINT_URL_STS: sts.url });
    await writeHome(".aws/credentials", "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n");
    await writeHome(
      ".aws/config",
      `[profile p]\nrole_arn = ${role}\nsource_profile = base\nrole_session_name = of-profile\nexternal_id = ext\n`,
    );
    expect(await resolve({ profile: "p" })).toEqual(signing("AKROLE"));
    expect(signerOf(sts.received[0]?.headers.authorization)).toBe("AKBASE");
    const parameters = Object.fromEntries(new URLSearchParams(sts.received[0]?.body));
    expect(parameters).toMatchObject({ RoleArn: role, RoleSessionName: "of-profile", ExternalId: "ext" });
  });

  test("with a process", async () => {
    const answer = {
      Version: 1,
      AccessKeyId: "AKPROCESS",
      SecretAccessKey: "s",
      SessionToken: "t",
      Expiration: "2099-01-01T00:00:00Z",
    };
    const script = await writeHome("keys.mjs", `console.log(${JSON.stringify(JSON.stringify(answer))})`);
    await writeHome(".aws/config", `[profile p]\ncredential_process = "${process.execPath}" "${script}"\n`);
    expect(await resolve({ profile: "p" })).toEqual(signing("AKPROCESS"));
  });

  test("with a process that fails: its command, which may hold a secret, is repeated nowhere", async () => {
    await writeHome(
      ".aws/config",
      `[profile p]\ncredential_process = "${process.execPath}" --canary=secret\n`,
    );
    const error: unknown = await resolve({ profile: "p" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "credentials_missing",
      message: expect.stringContaining("credential_process failed"),
    });
    const { message, cause, stack } = error as OutcropError;
    expect(`${message} ${String(cause)} ${stack}`).not.toContain("canary");
  });

  test.each([
    [
      "a session of its own",
      "[profile p]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = dev\n[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://start\n",
      "work",
    ],
    [
      "the older spelling",
      "[profile p]\nsso_start_url = https://start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = dev\n",
      "https://start",
    ],
  ])("with SSO, in %s", async (_, config, cached) => {
    await using sso = await startSso("AKSSO");
    setEnv({ AWS_ENDPOINT_URL_SSO: sso.url });
    await writeHome(".aws/config", config);
    const token = {
      accessToken: "sso-token",
      expiresAt: "2099-01-01T00:00:00Z",
      startUrl: "https://start",
      region: "us-east-1",
    };
    const name = createHash("sha1").update(cached).digest("hex");
    await writeHome(`.aws/sso/cache/${name}.json`, JSON.stringify(token));
    expect(await resolve({ profile: "p" })).toEqual(signing("AKSSO"));
    expect(sso.received[0]?.headers["x-amz-sso_bearer_token"]).toBe("sso-token");
    const { pathname, searchParams } = new URL(sso.received[0]?.url ?? "", sso.url);
    expect(pathname).toBe("/federation/credentials");
    expect(Object.fromEntries(searchParams)).toEqual({ role_name: "dev", account_id: "123456789012" });
  });

  test("with SSO that has ended says how to log in again", async () => {
    await writeHome(
      ".aws/config",
      "[profile p]\nsso_start_url = https://start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = dev\n",
    );
    await expect(resolve({ profile: "p" })).rejects.toMatchObject({
      code: "credentials_missing",
      message: expect.stringMatching(/profile "p".*aws sso login/),
    });
  });

  test("that isn't there is named", async () => {
    await expect(resolve({ profile: "absent" })).rejects.toMatchObject({
      code: "credentials_missing",
      status: 401,
      message: expect.stringContaining('profile "absent"'),
    });
  });
});

describe("the environment", () => {
  test("AWS_PROFILE, even beside keys, as AWS's SDK decides it", async () => {
    await writeHome(".aws/credentials", "[p]\naws_access_key_id = AKPROFILE\naws_secret_access_key = s\n");
    setEnv({ AWS_PROFILE: "p", AWS_ACCESS_KEY_ID: "AKENV", AWS_SECRET_ACCESS_KEY: "s" });
    const warn = vi.spyOn(console, "warn");
    expect(await resolve({})).toEqual(signing("AKPROFILE"));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test("the default profile", async () => {
    await writeHome(
      ".aws/credentials",
      "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n",
    );
    expect(await resolve({})).toEqual(signing("AKDEFAULT"));
  });

  test("a container's full address, with its token", async () => {
    await using container = await startContainer("AKECS");
    setEnv({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/keys?id=1`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "ecs-token",
    });
    expect(await resolve({})).toEqual(signing("AKECS"));
    expect(container.received[0]).toMatchObject({
      method: "GET",
      url: "/keys?id=1",
      headers: { authorization: "ecs-token" },
    });
  });

  test("a container's relative address", async () => {
    await using container = await startContainer("AKECS");
    using _ = reroute("169.254.170.2", container);
    setEnv({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/uuid" });
    expect(await resolve({})).toEqual(signing("AKECS"));
    expect(container.received[0]).toMatchObject({
      url: "/v2/credentials/uuid",
      headers: { host: "169.254.170.2" },
    });
  });

  test("EKS's pod identity, its token in a file", async () => {
    await using pod = await startContainer("AKEKS");
    setEnv({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${pod.url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: await writeHome("eks-token", "eks-pod-token"),
    });
    expect(await resolve({})).toEqual(signing("AKEKS"));
    expect(pod.received[0]?.headers.authorization).toBe("eks-pod-token");
  });

  test("the machine's metadata, version 2", async () => {
    await using metadata = await startInstanceMetadata("AKIMDS");
    setEnv({ AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url });
    expect(await resolve({})).toEqual(signing("AKIMDS"));
    expect(metadata.received.map(({ method }) => method)).toEqual(["PUT", "GET", "GET"]);
  });

  test("with nothing in it: the error says where was looked", async () => {
    const names = [
      "api_key",
      "aws_access_key_id",
      "AWS_BEARER_TOKEN_BEDROCK",
      "AWS_ACCESS_KEY_ID",
      "AWS_PROFILE",
      "AWS_WEB_IDENTITY_TOKEN_FILE",
      "metadata",
    ];
    const error: unknown = await resolve({}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "credentials_missing", status: 401, type: "credentials_missing" });
    for (const name of names) expect((error as OutcropError).message).toContain(name);
  });
});

describe("what is fetched", () => {
  /** Credentials whose every fetch is counted. */
  function createCounted(fetch: () => Promise<ExpiringKeys>) {
    const load = vi.fn(fetch);
    return { load, credentials: createCredentials({ env: () => ({}), now: Date.now, load }) };
  }

  test("is fetched once for all who share an identity, and once for each that differs", async () => {
    const { load, credentials } = createCounted(async () => ({ accessKeyId: "AK", secretAccessKey: "s" }));
    await Promise.all([resolve({ profile: "p" }, credentials), resolve({ profile: "p" }, credentials)]);
    await resolve({ profile: "p" }, credentials);
    expect(load).toHaveBeenCalledTimes(1);
    await resolve({ profile: "q" }, credentials);
    await resolve({}, credentials);
    expect(load).toHaveBeenCalledTimes(3);
  });

  test("a role's source is kept as well", async () => {
    await using sts = await startSts((parameters) => ({
      accessKeyId: parameters.get("RoleSessionName") ?? "",
    }));
    await writeHome(".aws/credentials", "[p]\naws_access_key_id = AKPROFILE\naws_secret_access_key = s\n");
    const credentials = create();
    const auth = { profile: "p", roleArn: role, stsEndpoint: sts.url };
    expect(await resolve({ ...auth, roleSessionName: "one" }, credentials)).toEqual(signing("one"));
    await rm(join(home, ".aws"), { recursive: true });
    expect(await resolve({ ...auth, roleSessionName: "two" }, credentials)).toEqual(signing("two"));
    expect(await resolve({ ...auth, roleSessionName: "one" }, credentials)).toEqual(signing("one"));
    expect(sts.received).toHaveLength(2);
  });

  test("goes on when one of those who wait leaves", async () => {
    const { promise, resolve: arrive } = Promise.withResolvers<ExpiringKeys>();
    const { load, credentials } = createCounted(() => promise);
    const leaver = new AbortController();
    const leaving = credentials.resolve({
      auth: { profile: "p" },
      region: "us-east-1",
      signal: leaver.signal,
    });
    const staying = resolve({ profile: "p" }, credentials);
    await settle();
    leaver.abort();
    await expect(leaving).rejects.toMatchObject({ code: "cancelled" });
    arrive({ accessKeyId: "AK", secretAccessKey: "s" });
    expect(await staying).toEqual(signing("AK"));
    expect(load).toHaveBeenCalledTimes(1);
  });

  test("a failure is not kept", async () => {
    const outcomes = [
      Promise.reject(new Error("down")),
      Promise.resolve({ accessKeyId: "AK", secretAccessKey: "s" }),
    ];
    outcomes[0]?.catch(() => {});
    const { credentials } = createCounted(() => outcomes.shift() ?? Promise.reject(new Error("too many")));
    await expect(resolve({ profile: "p" }, credentials)).rejects.toThrow("down");
    expect(await resolve({ profile: "p" }, credentials)).toEqual(signing("AK"));
  });

  test("what AWS refuses is fetched anew for the next call", async () => {
    await using sts = await startSts((_, request) => ({ accessKeyId: `AK${request.url.length}` }));
    await using bedrock = await startLoopback((response, __, index) => {
      const headers = { "x-amzn-errortype": "ExpiredTokenException" };
      answerJson(response, { message: "expired" }, index === 0 ? { status: 403, headers } : {});
    });
    const transport = createTransport({ env: () => process.env });
    const call = {
      region: "us-east-1",
      operation: "invoke",
      modelId: "m",
      body: "{}",
      auth: { ...keys, roleArn: role, stsEndpoint: sts.url },
      endpoint: bedrock.url,
      maxRetries: 0,
      coldStartTimeout: 0,
      signal: undefined,
    } as const;
    await expect(transport.invoke(call)).rejects.toMatchObject({ code: "authentication" });
    await transport.invoke(call);
    await transport.invoke(call);
    expect(sts.received).toHaveLength(2);
    expect(signerOf(bedrock.received[0]?.headers.authorization)).toMatch(/^AK/);
    expect(bedrock.received[0]?.headers["x-amz-security-token"]).toBe("token");
    await transport.close();
  });
});

describe("AWS's packages", () => {
  /** Makes a call in a process of its own, and tells whether it has loaded them. */
  async function areLoadedFor(auth: CallAuth): Promise<boolean> {
    const source = new URL("../../src/bedrock/transport.ts", import.meta.url).href;
    const answer = `{ status: 200, headers: new Map(), body: new Blob(["{}"]).stream() }`;
    const call = {
      region: "us-east-1",
      operation: "invoke",
      modelId: "m",
      body: "{}",
      auth,
      maxRetries: 0,
      coldStartTimeout: 0,
    };
    const script = `
      import { createRequire } from "node:module";
      import { createTransport } from ${JSON.stringify(source)};
      await createTransport({ fetch: async () => (${answer}) }).invoke(${JSON.stringify(call)});
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(loaded.some((path) => path.includes("credential-providers")));
    `;
    const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", script]);
    return JSON.parse(stdout) as boolean;
  }

  test("are loaded for a profile, not for an API key nor for keys in plain sight", async () => {
    await writeHome(".aws/credentials", "[p]\naws_access_key_id = AK\naws_secret_access_key = s\n");
    expect(await areLoadedFor({ profile: "p" })).toBe(true);
    expect(await areLoadedFor({ apiKey: "k" })).toBe(false);
    expect(await areLoadedFor(keys)).toBe(false);
  });
});
