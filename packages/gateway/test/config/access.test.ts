import { describe, expect, it } from "vitest";
import { type AccessQuery, isLoopback, resolveAccess } from "../../src/config/access.ts";
import { load, oneModel } from "./load.ts";

const long = "sk-0123456789abcdef0123456789abcdef";

async function access(general: string, query: Partial<AccessQuery> = {}, rest = "") {
  const { config } = await load(`${oneModel}general_settings: {${general}}\n${rest}`);
  if (!config) throw new Error("no config");
  const { masterKey, host, findings } = resolveAccess(config, { env: {}, ...query });
  return { masterKey, host, says: findings.map(({ level, code }) => `${level} ${code}`) };
}

describe("without a key", () => {
  it("only this machine is let in", async () => {
    expect(await access("")).toEqual({
      masterKey: undefined,
      host: "127.0.0.1",
      says: ["note open_gateway"],
    });
  });

  it.each(["127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"])("%s is this machine", async (host) => {
    expect(await access("", { host })).toMatchObject({ host, says: ["note open_gateway"] });
  });

  it.each(["0.0.0.0", "::", "10.0.0.5", "192.168.1.2", "gateway.example.com", "::ffff:10.0.0.1"])(
    "%s is refused",
    async (host) => {
      expect((await access("", { host })).says).toEqual(["error open_gateway"]);
      expect((await access("", { env: { HOST: host } })).says).toEqual(["error open_gateway"]);
    },
  );

  it("a host that came with the environment is said to", async () => {
    const { config } = await load(oneModel);
    const found = config && resolveAccess(config, { env: { HOST: "my-machine" } }).findings;
    expect(found?.[0]?.message).toContain("my-machine (from HOST) is reachable from other machines");
  });

  it.each<[string, Partial<AccessQuery>, string]>([
    ["the flag", { insecure: true }, ""],
    ["the config", {}, "outcrop_settings: {insecure_public: true}"],
    ["LiteLLM's variable", { env: { LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: "True" } }, ""],
  ])("it is let in everybody when %s says so, with a warning", async (_, query, rest) => {
    const answer = await access("", { host: "0.0.0.0", ...query }, rest);
    expect(answer).toEqual({ masterKey: undefined, host: "0.0.0.0", says: ["warning open_gateway"] });
  });

  it("consent does not open the default host", async () => {
    expect((await access("", { insecure: true })).host).toBe("127.0.0.1");
  });

  it.each(["", "  "])("an empty LITELLM_MASTER_KEY (%j) is an error", async (key) => {
    expect((await access("", { env: { LITELLM_MASTER_KEY: key } })).says).toContain("error weak_key");
  });
});

describe("with a key", () => {
  it("the default is every address", async () => {
    expect(await access(`master_key: ${long}`)).toEqual({ masterKey: long, host: "0.0.0.0", says: [] });
  });

  it("it may come from the environment, the config's own included", async () => {
    const fromProcess = await access("", { env: { LITELLM_MASTER_KEY: ` ${long}\n` } });
    expect(fromProcess).toEqual({ masterKey: long, host: "0.0.0.0", says: [] });
    expect((await access("", {}, `environment_variables: {LITELLM_MASTER_KEY: ${long}}`)).masterKey).toBe(
      long,
    );
  });

  it("the config's is stronger than the environment's", async () => {
    expect((await access(`master_key: ${long}`, { env: { LITELLM_MASTER_KEY: "sk-env" } })).masterKey).toBe(
      long,
    );
  });

  it("the host is the command line's, then HOST's", async () => {
    const env = { HOST: "10.0.0.1" };
    expect((await access(`master_key: ${long}`, { env })).host).toBe("10.0.0.1");
    expect((await access(`master_key: ${long}`, { env, host: "10.0.0.2" })).host).toBe("10.0.0.2");
    expect((await access(`master_key: ${long}`, { env: { HOST: "" }, host: "" })).host).toBe("0.0.0.0");
  });

  it.each<[string, Partial<AccessQuery>, readonly string[]]>([
    ["sk-1234", { host: "127.0.0.1" }, ["warning weak_key"]],
    ["sk-1234", { host: "0.0.0.0" }, ["error weak_key"]],
    ["sk-1234", {}, ["error weak_key"]],
    ["sk-1234", { insecure: true }, ["warning weak_key"]],
    ["sk-short", { host: "localhost" }, []],
    ["sk-short", {}, ["note weak_key"]],
    ["no-prefix-0123456789abcdef0123456789", {}, ["warning weak_key"]],
    ['"sk-with space-0123456789abcdef0123456789"', {}, ["error weak_key"]],
    ["sk-ключ-0123456789abcdef0123456789abcdef", {}, ["error weak_key"]],
  ])("%s with %j: %j", async (key, query, says) => {
    expect((await access(`master_key: ${key}`, query)).says).toEqual(says);
  });
});

describe("allow_requests_on_db_unavailable", () => {
  it.each<[boolean, string, readonly string[]]>([
    [true, "0.0.0.0", ["error open_gateway"]],
    [true, "127.0.0.1", []],
    [false, "0.0.0.0", []],
  ])("%s on %s", async (allowed, host, says) => {
    const general = `master_key: ${long}, allow_requests_on_db_unavailable: ${allowed}`;
    expect((await access(general, { host })).says).toEqual(says);
  });
});

describe("a key", () => {
  it("is in no finding", async () => {
    const { config } = await load(`${oneModel}general_settings: {master_key: canary-1234}`);
    if (!config) throw new Error("no config");
    for (const host of ["0.0.0.0", "127.0.0.1"]) {
      expect(JSON.stringify(resolveAccess(config, { host, env: {} }).findings)).not.toContain("canary");
    }
  });
});

describe("loopback", () => {
  it.each<[string, boolean]>([
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["::1", true],
    ["0:0:0:0:0:0:0:1", true],
    ["[::1]", true],
    ["LOCALHOST", true],
    ["::ffff:127.0.0.1", true],
    ["0.0.0.0", false],
    ["::", false],
    ["128.0.0.1", false],
    ["localhost.example.com", false],
    ["127.0.0.1.example.com", false],
    ["", false],
  ])("%s: %s", (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
