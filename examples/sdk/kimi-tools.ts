/** A tool call. */
import { completion } from "@outcrop/sdk";

process.env.AWS_ACCESS_KEY_ID ??= "your-aws-access-key";
process.env.AWS_SECRET_ACCESS_KEY ??= "your-aws-secret-key";
process.env.AWS_REGION_NAME ??= "us-west-2";

const response = await completion({
  model: "bedrock/moonshot.kimi-k2-thinking",
  messages: [{ role: "user", content: "What's the weather in Tokyo?" }],
  tools: [
    {
      type: "function",
      function: {
        name: "get_weather",
        description: "Get the current weather in a location",
        parameters: {
          type: "object",
          properties: { location: { type: "string", description: "The city name" } },
          required: ["location"],
        },
      },
    },
  ],
});

const [toolCall] = response.choices[0]?.message.tool_calls ?? [];
if (toolCall) {
  console.log(`Tool called: ${toolCall.function.name}`);
  console.log(`Arguments: ${toolCall.function.arguments}`);
}
