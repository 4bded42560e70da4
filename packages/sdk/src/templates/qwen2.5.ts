import { createNativeTemplate } from "./native-template.ts";
import { writeQwen25 } from "./qwen2.5-turns.ts";

const defaultSystem = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";

/**
 * Qwen2.5 Instruct: ChatML with a default system text.
 * @see https://huggingface.co/Qwen/Qwen2.5-72B-Instruct
 */
export const qwen25Template = createNativeTemplate({
  name: "qwen2.5",
  beginToken: "",
  write: (conversation) => writeQwen25(conversation, defaultSystem),
});
