import { expect, test } from "vitest";
import { load, oneModel } from "./load.ts";

test.each<[string | undefined, string, number]>([
  [undefined, "", 100],
  ["7", "", 7],
  ["0", "", 0],
  ["many", "", 100],
  ["7", "litellm_settings: {REPEATED_STREAMING_CHUNK_LIMIT: 9}", 9],
])("REPEATED_STREAMING_CHUNK_LIMIT=%s under %j", async (variable, settings, expected) => {
  const { config } = await load(oneModel + settings, { env: { REPEATED_STREAMING_CHUNK_LIMIT: variable } });
  expect(config?.litellm.repeatedStreamingChunkLimit).toBe(expected);
});
