import { expect, test } from "vitest";
import { createEnvironmentOverlay } from "../../src/commands/environment-overlay.ts";

test("a config's variables lie over the environment, and go with the config", () => {
  const target: NodeJS.ProcessEnv = { OWN: "own", KEPT: "kept" };
  const overlay = createEnvironmentOverlay(target);
  overlay.apply({ OWN: "config", ADDED: "1" });
  expect(target).toEqual({ OWN: "config", KEPT: "kept", ADDED: "1" });
  overlay.apply({ ADDED: "2", OTHER: "3" });
  expect(target).toEqual({ OWN: "own", KEPT: "kept", ADDED: "2", OTHER: "3" });
  overlay.apply({});
  expect(target).toEqual({ OWN: "own", KEPT: "kept" });
  expect(overlay.original).toEqual({ OWN: "own", KEPT: "kept" });
});
