import { type LocalBedrock, missionConfig, startLocalBedrock } from "../local-bedrock.ts";

/** What every client sends, as its own API's key. */
export const key = "sk-clients-5f0e3a7b1c9d4e2f8a6b0c1d2e3f4a5b";

/** The mission's models behind one key, without retries: what a client sees is what happened. */
export function startKeyedBedrock(): Promise<LocalBedrock> {
  return startLocalBedrock(`${missionConfig}
router_settings: {num_retries: 0}
general_settings: {master_key: ${key}}
`);
}
