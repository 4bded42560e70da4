import type { ContentPart } from "@outcrop/sdk";
import {
  type Field,
  type Members,
  choose,
  entriesOf,
  membersOf,
  refuse,
  refuseUnsupported,
  stringOf,
} from "../field.ts";

/** What a block is. */
export function typeOf(block: Field): Field {
  return membersOf(block)("type");
}

/** The blocks of a content that is a list. */
export function blocksIn(content: Field): readonly Field[] {
  return entriesOf(content, "a string or a list of blocks");
}

/** Text alone: a string, or text blocks. */
export function parseText(content: Field): string | readonly ContentPart[] {
  if (typeof content.value === "string") return content.value;
  return blocksIn(content).map((block) => {
    const type = typeOf(block);
    return type.value === "text" ? parsePart(block) : refuse(type, "text");
  });
}

/** Text and images: a string, or blocks. */
export function parseParts(content: Field): string | readonly ContentPart[] {
  return typeof content.value === "string" ? content.value : blocksIn(content).map(parsePart);
}

/** A block of text or an image. */
export function parsePart(block: Field): ContentPart {
  const at = membersOf(block);
  const type = at("type");
  if (type.value === "document") {
    refuseUnsupported(
      type,
      "models on Bedrock read text and images, not documents. Send the document's text.",
    );
  }
  return choose(type, partReaders)(at);
}

const partReaders: Readonly<Record<string, (at: Members) => ContentPart>> = {
  text: (at) => ({ type: "text", text: stringOf(at("text")) }),
  image: (at) => ({ type: "image", url: imageUrlOf(at("source")) }),
};

function imageUrlOf(source: Field): string {
  const at = membersOf(source);
  return choose(at("type"), imageReaders)(at);
}

const imageReaders: Readonly<Record<string, (at: Members) => string>> = {
  base64: (at) => `data:${choose(at("media_type"), imageTypes)};base64,${stringOf(at("data"))}`,
  url: (at) => linkOf(at("url")),
};

/** What Anthropic's models see; AWS takes the same. */
const imageTypes = {
  "image/jpeg": "image/jpeg",
  "image/png": "image/png",
  "image/gif": "image/gif",
  "image/webp": "image/webp",
};

/** Links go on: the gateway fetches from hosts that its operator allows, and no wire takes any other. */
function linkOf(field: Field): string {
  const url = stringOf(field);
  return /^(data|https?):/i.test(url) ? url : refuse(field, "a data URL or an https URL");
}
