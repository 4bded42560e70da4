import { type JsonObject, isJsonObject } from "@outcrop/sdk";

/** LiteLLM's keys for a prompt template of one's own. */
export interface PromptTemplateKeys {
  readonly roles?: JsonObject | undefined;
  readonly initial_prompt_value?: string | undefined;
  readonly final_prompt_value?: string | undefined;
  readonly bos_token?: string | undefined;
  readonly eos_token?: string | undefined;
}

/**
 * The same template as Jinja text; `undefined` where none of the keys is given that make one. As in LiteLLM the
 * begin token stands at the start and before a system turn that follows an answer, the end token after answers.
 */
export function toChatTemplate(keys: PromptTemplateKeys): string | undefined {
  const { roles, initial_prompt_value: initial, final_prompt_value: final } = keys;
  if (roles === undefined && initial === undefined && final === undefined) return undefined;
  return [
    `{%- set roles = ${JSON.stringify(toWraps(roles ?? {}))} -%}`,
    `{%- set state = namespace(begun=true) -%}`,
    `{{- ${quoted(keys.bos_token)} + ${quoted(initial)} -}}`,
    `{%- for message in messages -%}`,
    `{%- if message.role == "system" and not state.begun -%}{{- ${quoted(keys.bos_token)} -}}{%- set state.begun = true -%}{%- endif -%}`,
    `{%- if message.role in roles -%}`,
    `{{- roles[message.role].pre + message.content + roles[message.role].post -}}`,
    `{%- else -%}{{- message.content -}}{%- endif -%}`,
    `{%- if message.role == "assistant" -%}{{- ${quoted(keys.eos_token)} -}}{%- set state.begun = false -%}{%- endif -%}`,
    `{%- endfor -%}`,
    `{{- ${quoted(final)} -}}`,
  ].join("\n");
}

function toWraps(roles: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(roles).map(([role, wrap]) => [
      role,
      { pre: textOf(wrap, "pre_message"), post: textOf(wrap, "post_message") },
    ]),
  );
}

function textOf(wrap: JsonObject[string], key: string): string {
  const text = isJsonObject(wrap) ? wrap[key] : undefined;
  return typeof text === "string" ? text : "";
}

function quoted(text: string | undefined): string {
  return JSON.stringify(text ?? "");
}
