/** A server-sent event without a name, as OpenAI's chat and completions APIs write it. */
export function encodeData(json: object): string {
  return `data: ${JSON.stringify(json)}\n\n`;
}

/** An event that says itself what it is. */
export interface NamedEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A server-sent event that is named after its type, as Anthropic's API and OpenAI's Responses API write it. */
export function encodeEvent(event: NamedEvent): string {
  return `event: ${event.type}\n${encodeData(event)}`;
}
