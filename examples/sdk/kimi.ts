/** Kimi K2 Thinking, Bedrock's own: it needs credentials and a region, here from the environment. */
import { completion } from "@outcrop/sdk";

process.env.AWS_ACCESS_KEY_ID ??= "your-aws-access-key";
process.env.AWS_SECRET_ACCESS_KEY ??= "your-aws-secret-key";
process.env.AWS_REGION_NAME ??= "us-west-2"; // or your preferred region

const response = await completion({
  model: "bedrock/moonshot.kimi-k2-thinking", // or bedrock/invoke/moonshot.kimi-k2-thinking
  messages: [{ role: "user", content: "What is 2+2? Think step by step." }],
  temperature: 0.7,
  max_tokens: 200,
});

console.log(response.choices[0]?.message.content);

if (response.choices[0]?.message.reasoning_content) {
  console.log("Reasoning:", response.choices[0].message.reasoning_content);
}
