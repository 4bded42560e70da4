import type { ColdSettings } from "../cold-config.ts";
import type { BlockValues } from "../keys/block.ts";
import type { outcropSettings } from "../keys/top-level.ts";

/** What `outcrop_settings` says of models that scale to zero, over the defaults. */
export function toColdSettings(values: BlockValues<typeof outcropSettings.keys>): ColdSettings {
  return {
    coldStart: values.cold_start ?? "wait",
    coldStartGrace: values.cold_start_grace ?? 5,
    coldStartTimeout: values.cold_start_timeout ?? 300,
    warmUp: values.warm_up ?? [],
    warmSchedule: values.warm_schedule ?? [],
  };
}
