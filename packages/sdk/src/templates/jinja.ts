import { Template } from "@huggingface/jinja";
import { OutcropError } from "../core/errors.ts";
import type { ChatTemplate } from "../core/family.ts";
import { type Conversation, readConversation } from "./conversation.ts";
import { toJinjaMessages } from "./jinja-messages.ts";
import { findMessageStyle } from "./jinja-style.ts";
import { opensReasoning } from "./opens-reasoning.ts";
import { type TemplateSource, templateError } from "./template-source.ts";

/**
 * Makes a chat template of Jinja text, compiled here and once. The variables are those of transformers:
 * `messages`, `tools`, `documents`, `add_generation_prompt`, `bos_token`, `eos_token`, `strftime_now`,
 * `raise_exception`, and what the request gives as `chat_template_kwargs`.
 *
 * The text is trusted as its operator's own: it can't reach files or the network, but a hostile one can use
 * up memory and time. Never take it from a caller.
 *
 * @throws OutcropError `invalid_request` when the text is not Jinja.
 */
export function createJinjaTemplate(source: TemplateSource): ChatTemplate {
  const writers = new Map(Array.from(source.texts, ([name, text]) => [name, createWriter(source, text)]));
  const [first] = writers.values();
  const writePlain = writers.get("default") ?? first;
  if (writePlain === undefined) throw templateError(source.name, "it holds no template");
  const writeWithTools = writers.get("tool_use") ?? writePlain;

  return {
    name: source.name,
    render(request, options) {
      const conversation = readConversation(request);
      const write = conversation.tools.length > 0 ? writeWithTools : writePlain;
      const prompt = options.addBosToken
        ? write(conversation, source.bosToken)
        : withoutStart(write(conversation, ""), source.bosToken);
      return { prompt, opensReasoning: opensReasoning(prompt) };
    },
  };
}

/** Some templates spell their begin token out instead of reading `bos_token`. */
function withoutStart(prompt: string, bosToken: string): string {
  return prompt.startsWith(bosToken) ? prompt.slice(bosToken.length) : prompt;
}

type Writer = (conversation: Conversation, bosToken: string) => string;

function createWriter({ name, eosToken }: TemplateSource, text: string): Writer {
  const template = compile(name, text);
  const style = findMessageStyle(template, text);

  return ({ turns, tools, opensAnswer, variables }, bosToken) => {
    try {
      return template.render({
        documents: null,
        ...variables,
        messages: toJinjaMessages(turns, style),
        tools: tools.length > 0 ? tools : null,
        add_generation_prompt: opensAnswer,
        bos_token: bosToken,
        eos_token: eosToken,
      });
    } catch (error) {
      const message = `The chat template ${name} can't write this conversation: ${reasonOf(error)}`;
      throw new OutcropError("invalid_request", message, { param: "messages", cause: error });
    }
  };
}

function compile(name: string, text: string): Template {
  try {
    return new Template(text);
  } catch (error) {
    throw templateError(name, `its text is not valid Jinja (${reasonOf(error)})`, error);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
