import type { ContentPart, ImagePart } from "@outcrop/sdk";
import {
  type Field,
  type Members,
  choose,
  entriesOf,
  isGiven,
  membersOf,
  optional,
  refuseUnsupported,
  stringOf,
} from "../field.ts";

/** Reads the content of a message or of a call's output: a string, or a list of parts. */
export function parseContent(field: Field): string | readonly ContentPart[] {
  if (typeof field.value === "string") return field.value;
  return entriesOf(field, "a string or a list of parts").map(parsePart);
}

function parsePart(part: Field): ContentPart {
  const at = membersOf(part);
  const type = at("type");
  if (type.value === "input_file") {
    refuseUnsupported(type, "models on Bedrock read text and images, not files. Send the file's text.");
  }
  return choose(type, partReaders)(at);
}

const partReaders: Readonly<Record<string, (at: Members) => ContentPart>> = {
  input_text: parseText,
  output_text: parseText,
  text: parseText,
  refusal: (at) => ({ type: "text", text: stringOf(at("refusal")) }),
  input_image: parseImage,
};

function parseText(at: Members): ContentPart {
  return { type: "text", text: stringOf(at("text")) };
}

function parseImage(at: Members): ImagePart {
  if (isGiven(at("file_id"))) {
    refuseUnsupported(
      at("file_id"),
      "no files are kept here. Send the image as a base64 data URL in image_url.",
    );
  }
  const detail = optional(at("detail"), stringOf);
  return { type: "image", url: stringOf(at("image_url")), ...(detail === undefined ? {} : { detail }) };
}
