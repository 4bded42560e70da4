/** Qwen3: thinking and tools in Qwen's own syntax. */
import { completion } from "@outcrop/sdk";

const response = await completion({
  model: "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model", // bedrock/qwen3/{your-model-arn}
  messages: [{ role: "user", content: "Tell me a joke" }],
  max_tokens: 100,
  temperature: 0.7,
});

console.log(response.choices[0]?.message.content);
