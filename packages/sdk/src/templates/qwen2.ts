import { createNativeTemplate } from "./native-template.ts";
import { writeQwen25 } from "./qwen2.5-turns.ts";

/**
 * Qwen2 as LiteLLM's `qwen2` route writes it: ChatML without the published template's default system text
 * ("You are a helpful assistant."), so that a prompt stays the same for who moves here. Tools, which the
 * model's own template doesn't know, are written as its successor Qwen2.5 has them.
 * @see https://huggingface.co/Qwen/Qwen2-72B-Instruct
 */
export const qwen2Template = createNativeTemplate({
  name: "qwen2",
  beginToken: "",
  write: (conversation) => writeQwen25(conversation),
});
