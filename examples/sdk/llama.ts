/** Anything that follows Llama's request and response: the prompt is written in Llama 3's own chat template. */
import { completion } from "@outcrop/sdk";

const response = await completion({
  model: "bedrock/llama/arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n", // bedrock/llama/{your-model-arn}
  messages: [{ role: "user", content: "Tell me a joke" }],
});

console.log(response.choices[0]?.message.content);
