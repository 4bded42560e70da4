import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lastOf, parseDockerfile, wordsOf } from "./dockerfile.ts";
import { pathOf, readText, unknownFlags, valueOf } from "./repository.ts";

const stages = parseDockerfile(readText("deploy/Dockerfile"));
const build = stages[1] ?? [];
const final = stages.at(-1) ?? [];
const entrypoint = wordsOf(lastOf(final, "ENTRYPOINT"));
const command = wordsOf(lastOf(final, "CMD"));

describe("the recipe", () => {
  test("builds in one stage and runs in another", () => {
    expect(stages).toHaveLength(3);
    expect(lastOf(build, "FROM")).toMatch(/ AS build$/);
  });

  test("stands on a base image that is named, small and never the latest", () => {
    const base = stages[0]?.find(({ name }) => name === "ARG")?.value ?? "";
    expect(base).toMatch(/^NODE=node:\d+-slim$/);
    for (const stage of [build, final]) expect(lastOf(stage, "FROM")).toMatch(/^\$\{NODE\}/);
  });

  test("installs what the lock file says, and lets no package run its own script", () => {
    const run = lastOf(build, "RUN");
    expect(run).toContain("npm ci --ignore-scripts");
    expect(run).toContain("npm prune --omit=dev");
    expect(run).not.toMatch(/npm (?:install|i) |curl|wget|apt-get|sudo/);
  });

  test("ends as nobody in particular, by number", () => {
    expect(lastOf(final, "USER")).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(final.findIndex(({ name }) => name === "USER")).toBeLessThan(
      final.findIndex(({ name }) => name === "ENTRYPOINT"),
    );
  });

  test("runs nothing and fetches nothing in its last stage", () => {
    expect(final.filter(({ name }) => name === "RUN" || name === "ADD")).toEqual([]);
    for (const { name, value } of final) if (name === "COPY") expect(value).toMatch(/^--from=build /);
  });

  test("holds no secret", () => {
    const text = readText("deploy/Dockerfile");
    expect(text).not.toMatch(/(?:ENV|ARG)\s+\w*(?:KEY|SECRET|TOKEN|PASSWORD)/i);
  });

  test("sends into the build only what it names", () => {
    const [first, ...others] = readText("deploy/Dockerfile.dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(first).toBe("*");
    expect(others).toContain("**/.env");
    const allowed = others.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    for (const path of allowed.filter((each) => !each.includes("*")))
      expect(existsSync(pathOf(path)), path).toBe(true);
  });
});

describe("the command line", () => {
  test("is one process that gets the signals itself", () => {
    expect(entrypoint[0]).toBe("node");
    expect(existsSync(pathOf(entrypoint[1] ?? ""))).toBe(true);
    expect(lastOf(final, "STOPSIGNAL")).toBe("SIGTERM");
  });

  test("has only flags that exist", () => expect(unknownFlags(command)).toEqual([]));

  test("listens where the image says", () => {
    expect(valueOf(command, "--port")).toBe(lastOf(final, "EXPOSE"));
    expect(valueOf(command, "--host")).toBe("0.0.0.0");
  });

  test("is asked for its health at its own port", () => {
    expect(lastOf(final, "HEALTHCHECK")).toContain(
      `http://127.0.0.1:${lastOf(final, "EXPOSE")}/health/liveliness`,
    );
  });
});
