/** Qwen2: like Qwen3; answers that come under `text` are understood as well as those under `generation`. */
import { completion } from "@outcrop/sdk";

const response = await completion({
  model: "bedrock/qwen2/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen2-model", // bedrock/qwen2/{your-model-arn}
  messages: [{ role: "user", content: "Tell me a joke" }],
  max_tokens: 100,
  temperature: 0.7,
});

console.log(response.choices[0]?.message.content);
