import { anthropicMessages, encodeTokenCount, parseTokenCount } from "../dialects/anthropic-messages.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import type { HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";
import { estimateTokens } from "../tokens/estimate-tokens.ts";

/** Anthropic's token counter: an estimate, because the model's tokenizer is its own. */
export function countTokensRoutes({ bodyLimit }: { readonly bodyLimit: number }): readonly HttpRoute[] {
  return [
    {
      method: "POST",
      path: "/v1/messages/count_tokens",
      summary: "Anthropic's token counter, by estimate",
      encodeError: anthropicMessages.encodeError,
      async handle({ request, response }) {
        const { body } = await readJsonBody(request, bodyLimit);
        const count = estimateTokens(parseTokenCount(body).request);
        sendJson(response, 200, {
          body: encodeTokenCount(count),
          headers: { "x-outcrop-warning": "input_tokens: an estimate" },
        });
      },
    },
  ];
}
