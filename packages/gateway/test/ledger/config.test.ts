import { describe, expect, test } from "vitest";
import { toMoney } from "../../src/ledger/money.ts";
import { defaultRule } from "../../src/ledger/periods.ts";
import { noRows } from "../../src/ledger/prices.ts";
import { load } from "../config/load.ts";

const models = `
model_list:
  - {model_name: m, litellm_params: {model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2}}
outcrop_settings:
`;

async function read(settings: string) {
  const { config, findings } = await load(`${models}  ${settings.trim().replaceAll("\n", "\n  ")}\n`);
  return {
    settings: config?.outcrop,
    messages: findings.map(({ level, message }) => `${level}: ${message}`),
  };
}

const atHome = { path: "outcrop-ledger.db", rule: defaultRule };

describe("ledger", () => {
  test.each([
    ["insecure_public: false", undefined],
    ["ledger: false", undefined],
    ["ledger: null", undefined],
    ["ledger: true", atHome],
    ["ledger: {}", atHome],
    ["ledger: {path: /var/lib/outcrop/ledger.db}", { ...atHome, path: "/var/lib/outcrop/ledger.db" }],
    [
      "ledger: {concurrency_per_copy: 4, max_copies: 5, load_seconds: 90}",
      { ...atHome, rule: { ...defaultRule, concurrencyPerCopy: 4, maxCopies: 5, loadMs: 90_000 } },
    ],
  ])("%s", async (text, expected) => {
    const { settings, messages } = await read(text);
    expect(messages).toEqual([]);
    expect(settings?.ledger).toEqual(expected);
  });

  test.each([
    ["ledger: [x]", "error: outcrop_settings.ledger must be true, false, or a map with path, and is a list."],
    ["ledger: yes please", "error: outcrop_settings.ledger must be true or false, and is other text."],
    [
      "ledger: {max_copies: 0}",
      "error: outcrop_settings.ledger.max_copies must be a whole number of at least 1",
    ],
    ["ledger: {path: ':memory:'}", "error: outcrop_settings.ledger.path: a book in memory is lost"],
    ["ledger: {paht: x}", "warning: outcrop_settings.ledger.paht is unknown and ignored"],
  ])("%s is complained of", async (text, message) => {
    const { messages } = await read(text);
    expect(messages).toEqual([expect.stringContaining(message)]);
  });
});

describe("prices", () => {
  test("none are given", async () => {
    expect((await read("ledger: true")).settings?.prices).toEqual(noRows);
  });

  test("rows of all tables", async () => {
    const { settings, messages } = await read(`
prices:
  units:
    - {region: us-east-2, version: v1.0, from: 2026-07-01, per_minute: 0.05718}
    - {per_minute: "0.06"}
  storage: [{region: us-east-2, per_month: 2}]
  tokens:
    - model: moonshot.kimi-k2-thinking
      region: us-west-2
      input_cost_per_token: 6e-7
      output_cost_per_token: 0.0000025
      cache_read_input_token_cost: 0
`);
    expect(messages).toEqual([]);
    expect(settings?.prices).toEqual({
      units: [
        { region: "us-east-2", version: "v1.0", from: Date.parse("2026-07-01"), perMinute: toMoney(0.05718) },
        { region: "*", version: "*", perMinute: toMoney(0.06) },
      ],
      storage: [{ region: "us-east-2", version: "*", perUnitMonth: toMoney(2) }],
      tokens: [
        {
          model: "moonshot.kimi-k2-thinking",
          region: "us-west-2",
          input: 600_000n,
          output: 2_500_000n,
          cachedInput: 0n,
        },
      ],
    });
  });

  test.each([
    [
      "prices: 3",
      "error: outcrop_settings.prices must be a map of units, storage and tokens, and is a number.",
    ],
    ["prices: {units: {per_minute: 1}}", "error: outcrop_settings.prices.units must be a list of maps"],
    ["prices: {units: [0.05]}", "error: outcrop_settings.prices.units[0] must be a map, and is a number."],
    ["prices: {units: [{region: us-east-1}]}", "error: outcrop_settings.prices.units[0] needs per_minute."],
    [
      "prices: {units: [{per_minute: -1}]}",
      "error: outcrop_settings.prices.units[0].per_minute must be a number",
    ],
    ["prices: {units: [{per_minute: 1, from: July}]}", "units[0].from must be a day such as 2026-07-01"],
    [
      "prices: {storage: [{per_month: 1, from: 2026-02-31}]}",
      "storage[0].from must be a day such as 2026-07-01",
    ],
    ["prices: {tokens: [{model: x}]}", "tokens[0] needs input_cost_per_token, output_cost_per_token."],
    ["prices: {tokns: []}", "warning: outcrop_settings.prices.tokns is unknown and ignored"],
    [
      "prices: {units: [{per_minute: 1, regoin: x}]}",
      "warning: outcrop_settings.prices.units[0].regoin is unknown",
    ],
  ])("%s is complained of", async (text, message) => {
    const { messages } = await read(text);
    expect(messages).toEqual([expect.stringContaining(message)]);
  });
});
