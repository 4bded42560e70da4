/** The mission's routes, each with the model that the local Bedrock has for it and the alias of the demo's config. */
export interface MissionRoute {
  readonly model: string;
  readonly alias: string;
  /** Sets the region of models whose id names none. */
  readonly settings?: { readonly aws_region_name: string };
  /** The model thinks before it answers. */
  readonly thinks: boolean;
}

const llama = "arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n";
const kimi = { aws_region_name: "us-west-2" };

export const missionRoutes: readonly MissionRoute[] = [
  { model: `bedrock/deepseek_r1/${llama}`, alias: "DeepSeek-R1-Distill-Llama-70B", thinks: true },
  { model: `bedrock/llama/${llama}`, alias: "llama-70b", thinks: false },
  {
    model: "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model",
    alias: "Qwen3-32B",
    thinks: true,
  },
  {
    model: "bedrock/qwen2/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen2-model",
    alias: "Qwen2-72B",
    thinks: false,
  },
  {
    model: "bedrock/openai/arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
    alias: "qwen-25vl-72b",
    thinks: false,
  },
  { model: "bedrock/moonshot.kimi-k2-thinking", alias: "kimi-k2", settings: kimi, thinks: true },
  {
    model: "bedrock/invoke/moonshot.kimi-k2-thinking",
    alias: "kimi-k2-invoke",
    settings: kimi,
    thinks: true,
  },
];

/** The weather tool of the mission's document. */
export const weatherTool = {
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "Get the current weather in a location",
    parameters: {
      type: "object",
      properties: { location: { type: "string", description: "The city name" } },
      required: ["location"],
    },
  },
};
