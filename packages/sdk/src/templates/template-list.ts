import type { ChatTemplate } from "../core/family.ts";
import { createJinjaTemplate } from "./jinja.ts";
import { loadTemplate } from "./load-template.ts";
import { nativeTemplates } from "./native-list.ts";
import { findNearestName } from "./nearest-name.ts";
import { templateError } from "./template-source.ts";

/** The built-in templates' names, as `chat_template` takes them. */
export const templateNames: readonly string[] = nativeTemplates.map((template) => template.name);

/** The built-in template of this name. */
export function findTemplate(name: string): ChatTemplate | undefined {
  return nativeTemplates.find((template) => template.name === name);
}

/**
 * The template that a `chat_template` setting names: a built-in name, a path to a `tokenizer_config.json`,
 * `chat_template.json` or file of Jinja text, or Jinja text itself (whose `bos_token` and `eos_token` are
 * empty: it writes its own). Operators may set it, callers must not: see `createJinjaTemplate`.
 *
 * @example
 * resolveTemplate("qwen2.5");
 * resolveTemplate("/models/my-model/tokenizer_config.json");
 * resolveTemplate("{% for message in messages %}{{ message.content }}\n{% endfor %}");
 *
 * @throws OutcropError `invalid_request` when it is none of them, or can't be read or compiled.
 */
export function resolveTemplate(value: string): ChatTemplate {
  const known = findTemplate(value.trim());
  if (known) return known;
  if (/\{[{%]/.test(value)) {
    const texts = new Map([["default", value]]);
    return createJinjaTemplate({ name: "given as text", texts, bosToken: "", eosToken: "" });
  }
  if (isPath(value)) return createJinjaTemplate(loadTemplate(value));
  throw unknownName(value);
}

function isPath(value: string): boolean {
  return /[/\\]|\.(?:json|jinja2?|j2|txt)$/i.test(value);
}

function unknownName(value: string): Error {
  const nearest = findNearestName(value, templateNames);
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  const reason = `it is no built-in name (${templateNames.join(", ")}), no path to a file, and no Jinja text.${hint}`;
  return templateError(JSON.stringify(value), reason);
}
