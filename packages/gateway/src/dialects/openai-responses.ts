import type { JsonObject } from "@outcrop/sdk";
import type { Dialect, DialectCall } from "./dialect.ts";
import { encodeOpenAIError } from "./openai-error.ts";
import { echoOf } from "./responses/echo.ts";
import { parseResponseRequest } from "./responses/parse-response-request.ts";
import { createResponseStreamEncoder } from "./responses/response-stream.ts";
import { toResponse } from "./responses/to-response.ts";

/**
 * OpenAI's Responses, without its memory: nothing is stored, and every request brings its whole input.
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export const openaiResponses: Dialect = { name: "openai-responses", parse, encodeError: encodeOpenAIError };

function parse(body: JsonObject): DialectCall {
  const { model, request, stream, reasoningForm, unsupported, warnings } = parseResponseRequest(body);
  const echo = echoOf(body);
  return {
    model,
    stream,
    requests: [request],
    unsupported,
    warnings,
    encodeWhole: (completion, identity) => toResponse(completion, { identity, echo, reasoningForm }),
    createStreamEncoder: (identity) => createResponseStreamEncoder({ identity, echo, reasoningForm }),
  };
}
