import {
  type CancelSignal,
  type ChatMessage,
  type ChatRequest,
  type Content,
  type ContentPart,
  toAbortSignal,
} from "@outcrop/sdk";
import { type ImagePolicy, fetchImage } from "./fetch-image.ts";

/**
 * Replaces image links by the images themselves, where the operator allows their hosts. Without an allow-list
 * nothing is fetched, and the wires refuse links with a clear 400.
 */
export async function inlineImages(
  request: ChatRequest,
  policy: ImagePolicy,
  signal: CancelSignal,
): Promise<ChatRequest> {
  if (
    policy.allowedHosts.length === 0 ||
    !request.messages.some((message) => linksOf(message.content).length > 0)
  ) {
    return request;
  }
  const inlinePart = async (part: ContentPart): Promise<ContentPart> =>
    isLink(part) ? { ...part, url: await fetchImage(part.url, policy, toAbortSignal(signal)) } : part;
  const inlineMessage = async (message: ChatMessage): Promise<ChatMessage> => {
    if (linksOf(message.content).length === 0 || !Array.isArray(message.content)) return message;
    return { ...message, content: await Promise.all(message.content.map(inlinePart)) };
  };
  return { ...request, messages: await Promise.all(request.messages.map(inlineMessage)) };
}

type ImageLink = Extract<ContentPart, { type: "image" }>;

function isLink(part: ContentPart): part is ImageLink {
  return part.type === "image" && /^https?:/i.test(part.url);
}

function linksOf(content: Content): readonly ImageLink[] {
  return content === null || typeof content === "string" ? [] : content.filter(isLink);
}
