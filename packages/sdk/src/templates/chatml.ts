import { createNativeTemplate } from "./native-template.ts";
import { writeQwen25 } from "./qwen2.5-turns.ts";

/** Plain ChatML for any model trained on it: no default system text, tools in Qwen2.5's block. */
export const chatmlTemplate = createNativeTemplate({
  name: "chatml",
  beginToken: "",
  write: (conversation) => writeQwen25(conversation),
});
