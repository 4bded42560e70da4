import { type ChatServices, runDialect } from "../chat/run-dialect.ts";
import { anthropicMessages } from "../dialects/anthropic-messages.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { openaiChat } from "../dialects/openai-chat.ts";
import { openaiCompletions } from "../dialects/openai-completions.ts";
import { openaiResponses } from "../dialects/openai-responses.ts";
import type { HttpRoute } from "../http/route-table.ts";

/** A client API and where it answers; `{model}` in a path stands in for the body's. */
interface ClientApi {
  readonly dialect: Dialect;
  readonly summary: string;
  readonly paths: readonly string[];
}

const clientApis: readonly ClientApi[] = [
  {
    dialect: openaiChat,
    summary: "OpenAI's chat completions",
    paths: [
      "/v1/chat/completions",
      "/chat/completions",
      "/engines/{model}/chat/completions",
      "/openai/deployments/{model}/chat/completions",
    ],
  },
  {
    dialect: openaiCompletions,
    summary: "OpenAI's older completions: a prompt in, text out",
    paths: [
      "/v1/completions",
      "/completions",
      "/engines/{model}/completions",
      "/openai/deployments/{model}/completions",
    ],
  },
  { dialect: anthropicMessages, summary: "Anthropic's messages", paths: ["/v1/messages"] },
  {
    dialect: openaiResponses,
    summary: "OpenAI's responses, stateless",
    paths: ["/v1/responses", "/responses"],
  },
];

/** The paths of every client API. */
export function chatRoutes(services: ChatServices): readonly HttpRoute[] {
  return clientApis.flatMap(({ dialect, summary, paths }) =>
    paths.map((path) => ({
      method: "POST",
      path,
      summary,
      encodeError: dialect.encodeError,
      recordsItself: true,
      handle: (exchange) => runDialect(dialect, exchange, services),
    })),
  );
}
