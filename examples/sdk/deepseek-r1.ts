/** DeepSeek R1 and its distills: the thinking comes apart from the answer. */
import { completion } from "@outcrop/sdk";

const response = await completion({
  model: "bedrock/deepseek_r1/arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n", // bedrock/deepseek_r1/{your-model-arn}
  messages: [{ role: "user", content: "Tell me a joke" }],
});

console.log("Reasoning:", response.choices[0]?.message.reasoning_content);
console.log(response.choices[0]?.message.content);
