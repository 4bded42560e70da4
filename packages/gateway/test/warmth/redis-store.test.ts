import { type WarmthNews, OutcropError } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import type { RedisSettings } from "../../src/config/gateway-config.ts";
import { createRedisStore } from "../../src/warmth/redis-store.ts";
import { createWarmthShare } from "../../src/warmth/warmth-share.ts";
import { noRedis, startRedis } from "../cache/redis-server.ts";

const settings = (port: number): RedisSettings => ({
  url: undefined,
  host: "127.0.0.1",
  port,
  username: undefined,
  password: undefined,
  db: undefined,
  ssl: false,
});

function join(port: number) {
  const faults: unknown[] = [];
  const heard: WarmthNews[] = [];
  const store = createRedisStore(settings(port), (error) => faults.push(error));
  const share = createWarmthShare({ store, onFault: () => {} });
  share.listen((news) => heard.push(news));
  return { share, heard, faults, close: () => store.close() };
}

const answer = (at: number): WarmthNews => ({ key: "m", seen: "answer", at });

/** Tells again until it is heard: a connection takes its time. */
async function untilHeard(tell: () => void, heard: readonly WarmthNews[]): Promise<void> {
  const before = heard.length;
  await expect
    .poll(
      () => {
        tell();
        return heard.length;
      },
      { timeout: 20_000, interval: 50 },
    )
    .toBeGreaterThan(before);
}

describe.skipIf(noRedis !== undefined)("warmth in a real Redis", () => {
  test("is heard by others, recalled later, and survives Redis's own death", async () => {
    const redis = await startRedis();
    const [one, other] = [join(redis.port), join(redis.port)];
    await untilHeard(() => one.share.tell(answer(1)), other.heard);
    expect(other.heard[0]).toEqual(answer(1));

    const late = join(redis.port);
    await untilHeard(() => late.share.recall("m"), late.heard);

    await redis.stop();
    one.share.tell(answer(2));
    await expect.poll(() => one.faults.length, { timeout: 10_000 }).toBeGreaterThan(0);
    const again = await startRedis(undefined, redis.port);
    await untilHeard(() => one.share.tell(answer(3)), other.heard);
    expect(other.heard.at(-1)).toEqual(answer(3));
    for (const each of [one, other, late]) await each.close();
    await again.stop();
  });

  test("one that isn't there is told of once, and holds up nothing", async () => {
    const { share, heard, faults, close } = join(9);
    share.tell(answer(1));
    share.recall("m");
    await expect.poll(() => faults.length, { timeout: 10_000 }).toBe(1);
    expect(faults[0]).not.toBeInstanceOf(OutcropError);
    expect(heard).toEqual([]);
    await close();
  });
});
