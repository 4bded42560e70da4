import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scriptIds } from "../cases.ts";
import { peerFiles, peerVersions, whyMissing } from "../peers.ts";
import { type Program, litellmConfig, masterKey, openaiRequest } from "../program.ts";

/** The same config as ours, one worker. */
export const litellm: Program = {
  name: "litellm",
  title: `LiteLLM ${peerVersions.litellm} (Python), the same config, one worker`,
  missing: () => whyMissing("litellm"),
  launch: ({ port, upstreamPort, folder }) => {
    const file = join(folder, "litellm.yaml");
    writeFileSync(file, litellmConfig(scriptIds, upstreamPort));
    return {
      command: peerFiles.litellm,
      args: ["--config", file, "--port", String(port), "--host", "127.0.0.1", "--telemetry", "False"],
      env: {
        HF_HUB_OFFLINE: "1",
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        LITELLM_MODE: "PRODUCTION",
        NO_DOCS: "True",
      },
    };
  },
  request: (shape) => openaiRequest(shape, { authorization: `Bearer ${masterKey}` }),
  answers: "openai",
};
