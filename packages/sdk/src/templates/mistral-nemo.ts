import { writeMistral } from "./mistral-turns.ts";
import { createNativeTemplate } from "./native-template.ts";

/**
 * Mistral Nemo Instruct (tokenizer v3 Tekken): no spaces around the markers, answers as they stand.
 * @see https://huggingface.co/mistralai/Mistral-Nemo-Instruct-2407
 */
export const mistralNemoTemplate = createNativeTemplate({
  name: "mistral-nemo",
  beginToken: "<s>",
  write: (conversation) => writeMistral(conversation, { gap: "", writeAnswer: (text) => text }),
});
