/** Several images in one message. */
import { readFile } from "node:fs/promises";
import { completion } from "@outcrop/sdk";

const image1Base64 = await readFile(new URL("image1.jpg", import.meta.url), "base64");
const image2Base64 = await readFile(new URL("image2.jpg", import.meta.url), "base64");

const response = await completion({
  model: "bedrock/openai/arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
  messages: [
    { role: "system", content: "You are a helpful assistant that can analyze images." },
    {
      role: "user",
      content: [
        { type: "text", text: "Spot the difference between these two images?" },
        { type: "image_url", image_url: { url: `data:image/jpeg;base64,${image1Base64}` } },
        { type: "image_url", image_url: { url: `data:image/jpeg;base64,${image2Base64}` } },
      ],
    },
  ],
  max_tokens: 300,
  temperature: 0.5,
});

console.log(response.choices[0]?.message.content);
