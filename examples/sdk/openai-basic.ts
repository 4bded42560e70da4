/** An imported model that takes OpenAI's chat format, such as Qwen 2.5 VL. */
import { completion } from "@outcrop/sdk";

const response = await completion({
  model: "bedrock/openai/arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z", // bedrock/openai/{your-model-arn}
  messages: [{ role: "user", content: "Tell me a joke" }],
  max_tokens: 300,
  temperature: 0.5,
});

console.log(response.choices[0]?.message.content);
