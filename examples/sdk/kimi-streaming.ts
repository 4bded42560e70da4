/** A stream: the thinking comes first, in pieces of its own. */
import { completion } from "@outcrop/sdk";

process.env.AWS_ACCESS_KEY_ID ??= "your-aws-access-key";
process.env.AWS_SECRET_ACCESS_KEY ??= "your-aws-secret-key";
process.env.AWS_REGION_NAME ??= "us-west-2";

const response = completion({
  model: "bedrock/moonshot.kimi-k2-thinking",
  messages: [{ role: "user", content: "Explain quantum computing in simple terms." }],
  stream: true,
  temperature: 0.7,
});

for await (const chunk of response) {
  const delta = chunk.choices[0]?.delta;
  if (delta?.content) process.stdout.write(delta.content);
  if (delta?.reasoning_content) console.log(`\n[Reasoning: ${delta.reasoning_content}]`);
}
