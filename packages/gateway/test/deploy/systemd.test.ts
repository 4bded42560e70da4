import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readText, unknownFlags, valueOf } from "./repository.ts";

const unit = readText("deploy/systemd/outcrop.service");

/** All values of a setting, in order. */
function settings(name: string): readonly string[] {
  return unit
    .split("\n")
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1));
}

const command = (settings("ExecStart")[0] ?? "").split(" ");

test("the command line has only flags that exist, and stays on loopback", () => {
  expect(unknownFlags(command)).toEqual([]);
  expect(valueOf(command, "--host")).toBe("127.0.0.1");
  expect(valueOf(command, "--config")).toBe("/etc/outcrop/config.yaml");
});

test.each<[string, string]>([
  ["DynamicUser", "yes"],
  ["NoNewPrivileges", "yes"],
  ["ProtectSystem", "strict"],
  ["ProtectHome", "yes"],
  ["PrivateTmp", "yes"],
  ["PrivateDevices", "yes"],
  ["CapabilityBoundingSet", ""],
  ["AmbientCapabilities", ""],
  ["RestrictNamespaces", "yes"],
  ["SystemCallArchitectures", "native"],
  ["KillMode", "mixed"],
  ["Restart", "on-failure"],
])("%s=%s", (name, value) => expect(settings(name)).toEqual([value]));

test("V8 may write machine code, or nothing runs", () => {
  expect(settings("MemoryDenyWriteExecute")).toEqual(["no"]);
});

test("a reload is the signal that reads the config again", () => {
  expect(settings("ExecReload")).toEqual(["/bin/kill -HUP $MAINPID"]);
});

test("open streams have longer to end than the gateway gives them", () => {
  expect(Number(settings("TimeoutStopSec")[0])).toBeGreaterThan(30);
});

test("keys stand in no setting", () => {
  expect(settings("Environment")).toEqual(["NODE_ENV=production"]);
  expect(settings("EnvironmentFile")).toEqual(["-/etc/outcrop/outcrop.env"]);
});

const analyze = "systemd-analyze";
const noSystemd = spawnSync(analyze, ["--version"]).status === 0 ? undefined : `${analyze} is not installed`;

describe.skipIf(noSystemd !== undefined)(`systemd itself${noSystemd ? ` (${noSystemd})` : ""}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "outcrop-unit-"));
  const path = join(folder, "outcrop.service");
  // The gateway is not installed here; any program will do in its place.
  writeFileSync(path, unit.replace(command[0] ?? "", process.execPath));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("finds nothing amiss", () => {
    const { stderr, status } = spawnSync(analyze, ["verify", path], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  test("finds little that it could do wrong", () => {
    const { stdout, status } = spawnSync(
      analyze,
      ["security", "--offline=true", "--no-pager", "--threshold=20", path],
      { encoding: "utf8" },
    );
    expect(stdout).toMatch(/exposure level for outcrop.service: [01]\.\d/);
    expect(status).toBe(0);
  });
});
