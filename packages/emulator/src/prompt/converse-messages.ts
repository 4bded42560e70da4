import { constraintError, invalid } from "../aws/failure.ts";
import type { AwsFailure } from "../aws/failure.ts";
import type { Model } from "../models/model.ts";
import { decodedLength } from "./images.ts";
import { asList, asObject, asText, isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { automatic, toTurn } from "./prompt.ts";
import type { Image, Prompt, Tool, ToolChoice, Turn } from "./prompt.ts";

/** Reads the body of Converse. Throws a ValidationException with AWS's text. */
export function parseConversePrompt(body: JsonObject, model: Model): Prompt {
  const messages = asList(body["messages"]).map((message, index) => parseMessage(message, index, model));
  checkOrder(messages.map(({ role }) => role));
  const turns = [...parseSystem(body["system"]), ...messages.flatMap(({ turns: own }) => own)];
  const toolConfig = body["toolConfig"];
  if (toolConfig === undefined && turns.some((turn) => turn.role === "tool" || turn.calls.length > 0)) {
    throw invalid("The toolConfig field must be defined when using toolUse and toolResult content blocks.");
  }
  const tools = parseTools(toolConfig);
  return {
    turns,
    tools,
    toolChoice: parseToolChoice(asObject(toolConfig)["toolChoice"], model),
    text: turns.map((turn) => `${turn.role}: ${turn.text}`).join("\n"),
    thinks: model.thinks,
    opensThinking: false,
    dialect: model.dialect,
  };
}

interface Message {
  readonly role: "user" | "assistant";
  readonly turns: readonly Turn[];
}

function parseMessage(value: unknown, index: number, model: Model): Message {
  const { role, content } = asObject(value);
  if (role !== "user" && role !== "assistant")
    throw constraintError(
      role,
      `messages.${index + 1}.member.role`,
      "Member must satisfy enum value set: [user, assistant]",
    );
  const blocks = asList(content);
  if (blocks.length === 0) {
    throw invalid(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  }
  const found: Blocks = { texts: [], images: [], calls: [], results: [] };
  for (const [position, block] of blocks.entries()) {
    readBlock(asObject(block), found, { path: `messages.${index}.content.${position}`, role, model });
  }
  const said = found.texts.length + found.images.length + found.calls.length > 0;
  const own = said ? [toTurn(role, found.texts.join("\n"), found)] : [];
  return { role, turns: [...found.results.map((text) => toTurn("tool", text)), ...own] };
}

interface Blocks {
  readonly texts: string[];
  readonly images: Image[];
  readonly calls: string[];
  readonly results: string[];
}

function readBlock(
  block: JsonObject,
  found: Blocks,
  place: { path: string; role: "user" | "assistant"; model: Model },
): void {
  const { path, role, model } = place;
  if (block["text"] !== undefined) {
    if (asText(block["text"]).trim() === "") {
      throw invalid(
        `The text field in the ContentBlock object at ${path} is blank. Add text to the text field, and try again.`,
      );
    }
    found.texts.push(asText(block["text"]));
  } else if (block["image"] !== undefined) found.images.push(parseImage(block["image"], path, model));
  else if (block["toolUse"] !== undefined) found.calls.push(asText(asObject(block["toolUse"])["name"]));
  else if (block["toolResult"] !== undefined) found.results.push(parseResult(block["toolResult"]));
  else if (block["reasoningContent"] === undefined || role === "user") throw unsupported(block, role);
}

function unsupported(block: JsonObject, role: string): AwsFailure {
  const field = Object.keys(block)[0] ?? "content";
  return invalid(
    `This model doesn't support the ${field} field for ${role} messages. Remove ${field} and try again.`,
  );
}

function parseImage(value: unknown, path: string, model: Model): Image {
  if (!model.images) {
    throw invalid(
      "This model doesn't support the image field for user messages. Remove image and try again.",
    );
  }
  const image = asObject(value);
  const bytes = asText(asObject(image["source"])["bytes"]);
  return { format: asText(image["format"]), bytes: decodedLength(bytes, `/${path.replaceAll(".", "/")}`) };
}

function parseResult(value: unknown): string {
  return asList(asObject(value)["content"])
    .map((item) => {
      const { text, json } = asObject(item);
      return json === undefined ? asText(text) : JSON.stringify(json);
    })
    .join("\n");
}

function parseSystem(value: unknown): Turn[] {
  return asList(value)
    .map((block) => asText(asObject(block)["text"]))
    .filter((text) => text !== "")
    .map((text) => toTurn("system", text));
}

function checkOrder(roles: readonly string[]): void {
  if (roles[0] !== "user") {
    throw invalid(
      "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
    );
  }
  if (roles.some((role, index) => role === roles[index + 1])) {
    throw invalid(
      "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
    );
  }
}

function parseTools(toolConfig: unknown): Tool[] {
  if (toolConfig === undefined) return [];
  const specifications = asList(asObject(toolConfig)["tools"])
    .map((tool) => asObject(tool)["toolSpec"])
    .filter(isObject);
  if (specifications.length === 0)
    throw constraintError(null, "toolConfig.tools", "Member must have length greater than or equal to 1");
  return specifications.map((specification) => ({
    name: asText(specification["name"]),
    description: asText(specification["description"]),
    parameters: asObject(specification["inputSchema"])["json"],
  }));
}

/** Kimi doesn't take the choices that force a call. */
function parseToolChoice(value: unknown, model: Model): ToolChoice {
  const choice = asObject(value);
  const forced = ["any", "tool"].find((name) => choice[name] !== undefined);
  if (forced === undefined) return automatic;
  if (model.dialect === "kimi") {
    const field = `toolConfig.toolChoice.${forced}`;
    throw invalid(`This model doesn't support the ${field} field. Remove ${field} and try again.`);
  }
  return forced === "any"
    ? { type: "required" }
    : { type: "tool", name: asText(asObject(choice["tool"])["name"]) };
}
