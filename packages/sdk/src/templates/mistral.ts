import { writeMistral } from "./mistral-turns.ts";
import { createNativeTemplate } from "./native-template.ts";
import { strip } from "./python-text.ts";

/**
 * Mistral 7B Instruct v0.3 (tokenizer v3): a space follows each opening marker, answers are trimmed.
 * @see https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.3
 */
export const mistralTemplate = createNativeTemplate({
  name: "mistral",
  beginToken: "<s>",
  write: (conversation) => writeMistral(conversation, { gap: " ", writeAnswer: (text) => ` ${strip(text)}` }),
});
