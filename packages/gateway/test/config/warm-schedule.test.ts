import { describe, expect, it } from "vitest";
import { weekdays } from "../../src/config/cold-config.ts";
import { load, oneModel } from "./load.ts";

const schedule = (line: string) => load(`${oneModel}\noutcrop_settings:\n  warm_schedule: [${line}]\n`);

it("models that there are not are named", async () => {
  const { findings } = await load(
    `${oneModel}\noutcrop_settings:\n  warm_up: [mm]\n  warm_schedule: [{models: [n, m]}]\n`,
  );
  expect(findings).toMatchObject([
    { path: "outcrop_settings.warm_up", code: "unknown_group" },
    { path: "outcrop_settings.warm_schedule", code: "unknown_group" },
  ]);
});

describe("a period of warm_schedule", () => {
  it("without days and times is always", async () => {
    const { config, findings } = await schedule("{models: m}");
    expect(findings).toEqual([]);
    expect(config?.outcrop.warmSchedule).toEqual([
      { models: ["m"], days: weekdays, from: 0, to: 1440, timeZone: "UTC" },
    ]);
  });

  it.each([
    ["mon", ["mon"]],
    ["[Sunday, tues-thu]", undefined],
    ["[sun, tue - thu]", ["tue", "wed", "thu", "sun"]],
    ["fri-mon", ["mon", "fri", "sat", "sun"]],
    ["SATURDAY", ["sat"]],
    ["mon-funday", undefined],
  ])("days: %s", async (days, read) => {
    const { config } = await schedule(`{models: [m], days: ${days}}`);
    expect(config?.outcrop.warmSchedule[0]?.days).toEqual(read);
  });

  it.each([
    ["08:30", 510],
    ["18:00", 1080],
    ['"7:05"', 425],
    ["24:00", 1440],
    ["24:01", undefined],
    ["8:60", undefined],
    ["eight", undefined],
  ])("from: %s", async (time, minutes) => {
    const { config } = await schedule(`{models: [m], from: ${time}}`);
    expect(config?.outcrop.warmSchedule[0]?.from).toBe(minutes);
  });

  it.each([
    ["time_zone: Mars/Olympus", "outcrop_settings.warm_schedule[0].time_zone", "error"],
    ["days: noday", "outcrop_settings.warm_schedule[0].days", "error"],
    ["untill: 9", "outcrop_settings.warm_schedule[0].untill", "warning"],
  ])("%s is reported where it stands", async (line, path, level) => {
    const { findings } = await schedule(`{models: [m], ${line}}`);
    expect(findings).toMatchObject([{ path, level }]);
  });

  it.each([["{from: 08:00}"], ["m"]])("%s keeps the gateway from starting", async (line) => {
    const { config, findings } = await schedule(line);
    expect(config).toBeUndefined();
    expect(findings).toMatchObject([{ path: "outcrop_settings.warm_schedule[0]", level: "error" }]);
  });
});
