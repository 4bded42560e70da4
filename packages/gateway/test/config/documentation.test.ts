import { readFileSync, writeFileSync } from "node:fs";
import { routeNames } from "@outcrop/sdk";
import { describe, expect, it } from "vitest";
import { failureClasses } from "../../src/config/gateway-config.ts";
import { blockList } from "../../src/config/keys/block-list.ts";
import { toMarkdown } from "./key-tables.ts";
import { load, summary } from "./load.ts";

const file = new URL("../../../../docs/configuration.md", import.meta.url);

/** `UPDATE_DOCS=1` writes the tables into the page. */
function pageWithTables(page: string): string {
  return page.replaceAll(
    /(<!-- keys: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const block = blockList.find((candidate) => candidate.name === name);
      if (!block) throw new Error(`The page has a table of ${name}, and there is no such block.`);
      return `${start}\n${toMarkdown(block)}\n\n${end}`;
    },
  );
}

describe("docs/configuration.md", () => {
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, pageWithTables(readFileSync(file, "utf8")));
  const page = readFileSync(file, "utf8");

  it("holds the tables that the gateway reads by (UPDATE_DOCS=1 writes them)", () => {
    expect(page).toBe(pageWithTables(page));
  });

  it("has a table of every block", () => {
    const missing = blockList.filter(({ name }) => !page.includes(`<!-- keys: ${name} -->`));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it("names every class of failure", () => {
    for (const name of failureClasses) expect(page).toContain(`\`${name}\``);
  });

  it("names every route", () => {
    for (const name of routeNames) expect(page).toContain(`\`${name}\``);
  });

  it("shows configs that are right", async () => {
    const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ""]) => yaml);
    expect(examples.length).toBeGreaterThan(2);
    const env = {
      LITELLM_MASTER_KEY: "sk-a",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      REDIS_PASSWORD: "c",
    };
    for (const yaml of examples) {
      const files = { "models.yaml": "model_list: []" };
      expect(summary(await load(yaml, { env, files }))).toEqual([]);
    }
  });
});
