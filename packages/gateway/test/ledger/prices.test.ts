import { describe, expect, test } from "vitest";
import { toMoney } from "../../src/ledger/money.ts";
import { type PriceRows, createPrices, noRows, sameVersion } from "../../src/ledger/prices.ts";

const november = Date.parse("2026-11-20T12:00:00Z");

describe("the published list", () => {
  const prices = createPrices();

  test.each([
    ["us-east-1", "1.0", 0.05718],
    ["us-east-1", "v1.0", 0.05718],
    ["us-west-2", "V1", 0.05718],
    ["eu-central-1", "1.0", 0.07144],
    ["us-east-1", "v2.0", 0.1433],
  ])("a unit in %s of version %s", (region, version, dollars) => {
    expect(prices.unitPrice({ region, version, at: november })).toBe(toMoney(dollars));
  });

  test("has the price of the day", () => {
    const at = Date.parse("2025-06-01");
    expect(prices.unitPrice({ region: "us-east-1", version: "1.0", at })).toBe(toMoney(0.0785));
    const lastMoment = Date.parse("2026-07-01") - 1;
    expect(prices.unitPrice({ region: "us-east-1", version: "1.0", at: lastMoment })).toBe(toMoney(0.0785));
  });

  test.each([
    ["a region that nobody quotes", "ap-south-1", "1.0", november],
    ["a version of the future", "us-east-1", "3.0", november],
    ["a version of the future in another spelling", "us-east-1", "next", november],
    ["a day before the product", "us-east-1", "1.0", Date.parse("2020-01-01")],
  ])("does not know %s", (_, region, version, at) => {
    expect(prices.unitPrice({ region, version, at })).toBeUndefined();
  });

  test("storage costs the same everywhere", () => {
    expect(prices.storagePrice({ region: "ap-south-1", version: "v2.0", at: november })).toBe(toMoney(1.95));
  });

  test.each([
    ["moonshot.kimi-k2-thinking", "us-west-2", 0.6, 2.5],
    ["moonshot.kimi-k2-thinking", "ap-south-1", 0.73, 3.03],
    ["arn:aws:bedrock:us-east-1::foundation-model/moonshot.kimi-k2-thinking", "us-east-1", 0.6, 2.5],
    ["moonshotai.kimi-k2.5", "us-east-2", 0.6, 3],
    ["moonshotai.kimi-k2.5", "sa-east-1", 0.72, 3.6],
  ])("a million tokens of %s in %s", (modelId, region, input, output) => {
    expect(prices.tokenPrice({ modelId, region, at: november })).toEqual({
      input: toMoney(input / 1e6),
      output: toMoney(output / 1e6),
    });
  });

  test("the profile of K3 has a price for cached tokens", () => {
    const modelId = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.moonshotai.kimi-k3";
    expect(prices.tokenPrice({ modelId, region: "us-east-1", at: november })?.cachedInput).toBe(
      toMoney(0.3 / 1e6),
    );
  });

  test.each(["anthropic.claude-x", "us.moonshotai.kimi-k3", ""])("does not know %s", (modelId) => {
    expect(prices.tokenPrice({ modelId, region: "us-east-1", at: november })).toBeUndefined();
  });
});

describe("the operator's own rows", () => {
  const unit = (region: string, dollars: number, more: { version?: string; from?: string } = {}) => ({
    region,
    version: more.version ?? "*",
    perMinute: toMoney(dollars),
    ...(more.from !== undefined && { from: Date.parse(more.from) }),
  });
  const rows: PriceRows = {
    ...noRows,
    units: [
      unit("*", 0.5),
      unit("us-east-1", 0.04, { version: "v1", from: "2026-01-01" }),
      unit("us-east-1", 0.03, { version: "v1", from: "2026-12-01" }),
    ],
  };
  const priceOf = (region: string, at: string, version = "1.0") =>
    createPrices(rows).unitPrice({ region, version, at: Date.parse(at) });

  test.each([
    ["win over younger published ones", "us-east-1", "2026-11-20", "1.0", 0.04],
    ["follow each other", "us-east-1", "2026-12-01", "1.0", 0.03],
    ["go before published ones, from the first day on", "us-east-1", "2025-06-01", "1.0", 0.5],
    ["fill what is unknown", "ap-south-1", "2020-01-01", "9", 0.5],
    ["are about their version", "us-east-1", "2026-11-20", "2.0", 0.5],
  ])("%s", (_, region, at, version, dollars) => {
    expect(priceOf(region, at, version)).toBe(toMoney(dollars));
  });

  test("leave the other tables as they are", () => {
    const prices = createPrices(rows);
    expect(prices.storagePrice({ region: "us-east-1", version: "1.0", at: november })).toBe(toMoney(1.95));
  });
});

test.each([
  ["1.0", "v1.0", true],
  ["1", "v1.0", true],
  [" V2.0 ", "2", true],
  ["1.0", "1.1", false],
  ["1.0", "10", false],
  ["beta", "BETA", true],
  ["beta", "1.0", false],
])("%s and %s", (one, other, same) => {
  expect(sameVersion(one, other)).toBe(same);
});
