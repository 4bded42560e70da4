import { lookUp } from "../base/look-up.ts";
import { invalid } from "../aws/failure.ts";
import type { Model } from "../models/model.ts";
import { mostImages, parseImageUrl } from "./images.ts";
import { asList, asObject, asText, isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { malformed, readList, readObject, readText } from "./malformed.ts";
import { automatic, toTurn } from "./prompt.ts";
import type { Image, Prompt, Role, Tool, ToolChoice, Turn } from "./prompt.ts";

const roles: Readonly<Record<string, Role>> = {
  system: "system",
  developer: "system",
  user: "user",
  assistant: "assistant",
  tool: "tool",
};

/** Reads the `messages` body of OpenAIChatCompletion. Throws a ValidationException that names the member. */
export function parseChatPrompt(body: JsonObject, model: Model): Prompt {
  const messages = readList(body["messages"], "/messages");
  if (messages.length === 0) throw malformed("/messages", "expected minimum item count: 1, found: 0");
  const turns = messages.map((message, index) => parseMessage(message, `/messages/${index}`, model));
  checkImages(turns, model);
  const tools = parseTools(body["tools"]);
  return {
    turns,
    tools,
    toolChoice: parseToolChoice(body["tool_choice"], tools),
    text: turns.map((turn) => `${turn.role}: ${turn.text}`).join("\n"),
    thinks: model.thinks && wantsThinking(body, turns),
    opensThinking: false,
    dialect: model.dialect,
  };
}

function parseMessage(value: unknown, path: string, model: Model): Turn {
  const message = readObject(value, path);
  const role = lookUp(roles, readText(message["role"], `${path}/role`));
  if (role === undefined) {
    throw malformed(`${path}/role`, `${asText(message["role"])} is not a valid enum value`);
  }
  const calls = asList(message["tool_calls"]).map((call) =>
    asText(asObject(asObject(call)["function"])["name"]),
  );
  const content = parseContent(message["content"], `${path}/content`, calls.length > 0);
  const empty = content.text.trim() === "" && content.images.length === 0 && calls.length === 0;
  // Kimi on Bedrock rejects a message without content; imported models are served by a more patient server.
  if (empty && model.dialect === "kimi")
    throw malformed(`${path}/content`, "expected minLength: 1, actual: 0");
  return toTurn(role, content.text, { images: content.images, calls });
}

function parseContent(value: unknown, path: string, optional: boolean): Pick<Turn, "text" | "images"> {
  if (typeof value === "string") return { text: value, images: [] };
  if (value === null || value === undefined) {
    if (optional) return { text: "", images: [] };
    throw malformed(path, "expected type: String, found: Null");
  }
  const texts: string[] = [];
  const images: Image[] = [];
  for (const [index, item] of readList(value, path).entries()) {
    const part = readObject(item, `${path}/${index}`);
    if (part["type"] === "text") texts.push(readText(part["text"], `${path}/${index}/text`));
    else if (part["type"] === "image_url") images.push(parseImagePart(part, `${path}/${index}/image_url`));
    else throw malformed(`${path}/${index}/type`, `${String(part["type"])} is not a valid enum value`);
  }
  return { text: texts.join("\n"), images };
}

function parseImagePart(part: JsonObject, path: string): Image {
  const source = part["image_url"];
  return parseImageUrl(readText(isObject(source) ? source["url"] : source, `${path}/url`), `${path}/url`);
}

function checkImages(turns: readonly Turn[], model: Model): void {
  const count = turns.reduce((sum, turn) => sum + turn.images.length, 0);
  if (count > 0 && !model.images) {
    throw invalid(
      "This model doesn't support the image field for user messages. Remove image and try again.",
    );
  }
  if (count > mostImages)
    throw invalid(`At most ${mostImages} image(s) may be provided in one request, found ${count}.`);
}

export function parseTools(value: unknown): Tool[] {
  if (value === undefined || value === null) return [];
  return readList(value, "/tools").map((item, index) => {
    const path = `/tools/${index}/function`;
    const definition = readObject(asObject(item)["function"], path);
    return {
      name: readText(definition["name"], `${path}/name`),
      description: asText(definition["description"]),
      parameters: definition["parameters"],
    };
  });
}

function parseToolChoice(value: unknown, tools: readonly Tool[]): ToolChoice {
  if (value === undefined || value === null) return automatic;
  if (value === "none" || value === "auto" || value === "required") return { type: value };
  const name = asText(asObject(asObject(value)["function"])["name"]);
  if (tools.some((tool) => tool.name === name)) return { type: "tool", name };
  throw malformed("/tool_choice", "expected none, auto, required or a function of tools");
}

/** Qwen3's two switches: the template's argument, and the word in a user's turn. */
function wantsThinking(body: JsonObject, turns: readonly Turn[]): boolean {
  if (asObject(body["chat_template_kwargs"])["enable_thinking"] === false) return false;
  const last = turns.findLast((turn) => turn.role === "user" || turn.role === "system");
  return !/\/no_think\b/.test(last?.text ?? "");
}
