/** An image in the message: Bedrock takes its bytes, not a link. */
import { readFile } from "node:fs/promises";
import { completion } from "@outcrop/sdk";

const imageBase64 = await readFile(new URL("image.jpg", import.meta.url), "base64");

const response = await completion({
  model: "bedrock/openai/arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
  messages: [
    { role: "system", content: "You are a helpful assistant that can analyze images." },
    {
      role: "user",
      content: [
        { type: "text", text: "What's in this image?" },
        { type: "image_url", image_url: { url: `data:image/jpeg;base64,${imageBase64}` } },
      ],
    },
  ],
  max_tokens: 300,
  temperature: 0.5,
});

console.log(response.choices[0]?.message.content);
