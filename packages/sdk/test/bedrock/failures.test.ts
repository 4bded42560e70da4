import * as control from "@aws-sdk/client-bedrock";
import * as runtime from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import type { AwsFailure } from "../../src/bedrock/failures.ts";
import {
  awsExceptions,
  bodyExceptionName,
  bodyMessage,
  cleanExceptionName,
  toAwsError,
} from "../../src/bedrock/failures.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { errorTable } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";

/** The exceptions that AWS's clients have a class for. */
function exceptionsOf(client: object, base: abstract new (...parameters: never[]) => unknown): string[] {
  return Object.entries(client).flatMap(([name, value]) =>
    typeof value === "function" && value.prototype instanceof base ? [name] : [],
  );
}

const refine = (message: string, own: Partial<AwsFailure> = {}) =>
  toAwsError({ type: "ValidationException", status: 400, message, ...own });

const failureOf = (own: Partial<AwsFailure>): AwsFailure => ({ type: undefined, message: "said", ...own });

describe("AWS's exceptions", () => {
  const known = [
    ...exceptionsOf(runtime, runtime.BedrockRuntimeServiceException),
    ...exceptionsOf(control, control.BedrockServiceException),
  ];

  test("there are some", () => {
    expect(known.length).toBeGreaterThan(15);
  });

  test.each(known)("%s of AWS's own clients has a row", (name) => {
    expect(awsExceptions).toHaveProperty(name);
  });

  test.each([
    ["AccessDeniedException", 403, "permission_denied", 403, false],
    ["ConflictException", 400, "conflict", 400, false],
    ["InternalServerException", 500, "upstream_error", 502, true],
    ["ModelErrorException", 424, "model_error", 502, false],
    ["ModelNotReadyException", 429, "model_not_ready", 503, true],
    ["ModelStreamErrorException", 424, "model_error", 502, false],
    ["ModelTimeoutException", 408, "model_timeout", 408, false],
    ["ResourceNotFoundException", 404, "not_found", 404, false],
    ["ServiceQuotaExceededException", 400, "quota_exceeded", 400, false],
    ["ServiceUnavailableException", 503, "service_unavailable", 503, true],
    ["ThrottlingException", 429, "throttled", 429, true],
    ["ValidationException", 400, "invalid_request", 400, false],
    ["ResourceInUseException", 400, "conflict", 400, false],
    ["TooManyTagsException", 400, "invalid_request", 400, false],
    ["ExpiredTokenException", 403, "authentication", 401, false],
    ["UnrecognizedClientException", 403, "authentication", 401, false],
    ["InvalidSignatureException", 403, "authentication", 401, false],
    ["IncompleteSignature", 400, "authentication", 401, false],
    ["MissingAuthenticationTokenException", 403, "authentication", 401, false],
    ["UnknownOperationException", 404, "not_found", 404, false],
  ] as const)("%s", (...[type, upstream, code, status, retryable]) => {
    const error = toAwsError(failureOf({ type, status: upstream }));
    expect(error).toMatchObject({ code, status, retryable, awsType: type, message: "said" });
  });

  test("the name decides, not the status", () => {
    expect(toAwsError(failureOf({ type: "ThrottlingException", status: 400 })).code).toBe("throttled");
    expect(toAwsError(failureOf({ type: "ModelNotReadyException", status: 429 })).code).toBe(
      "model_not_ready",
    );
  });

  test.each([
    [400, "invalid_request"],
    [401, "authentication"],
    [403, "permission_denied"],
    [404, "not_found"],
    [405, "invalid_request"],
    [408, "model_timeout"],
    [409, "conflict"],
    [413, "invalid_request"],
    [422, "invalid_request"],
    [424, "model_error"],
    [429, "throttled"],
    [500, "upstream_error"],
    [501, "upstream_error"],
    [502, "upstream_error"],
    [503, "service_unavailable"],
    [504, "model_timeout"],
    [301, "unreadable_answer"],
    [undefined, "upstream_error"],
  ])("status %s without a name that we know", (status, code) => {
    for (const type of [undefined, "NovelException", "constructor"]) {
      expect(toAwsError({ type, message: "said", ...(status && { status }) }).code).toBe(code);
    }
  });

  test("every row leads to a row of the error table", () => {
    for (const code of Object.values(awsExceptions)) expect(errorTable).toHaveProperty(code);
  });

  test("details are kept", () => {
    const error = toAwsError(
      failureOf({ type: "ThrottlingException", status: 429, requestId: "r", retryAfter: 3 }),
    );
    expect(error).toMatchObject({ requestId: "r", retryAfter: 3 });
  });

  test.each([
    [
      { type: "ThrottlingException", status: 429 },
      "Amazon Bedrock answered ThrottlingException with HTTP status 429.",
    ],
    [{ type: "ThrottlingException" }, "Amazon Bedrock answered ThrottlingException in the stream."],
    [{ type: ":http://x", status: 502 }, "Amazon Bedrock failed with HTTP status 502."],
    [{ type: undefined, status: 502 }, "Amazon Bedrock failed with HTTP status 502."],
  ])("no message: %j", (failure, message) => {
    expect(toAwsError({ message: undefined, ...failure }).message).toBe(message);
  });
});

describe("names", () => {
  test.each([
    ["ThrottlingException", "ThrottlingException"],
    ["ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/", "ThrottlingException"],
    ["com.amazon.coral.service#UnknownOperationException", "UnknownOperationException"],
    ["com.amazon#ThrottlingException:http://x#y", "ThrottlingException"],
    ["throttlingException", "ThrottlingException"],
    ["", ""],
  ])("%s", (text, name) => {
    expect(cleanExceptionName(text)).toBe(name);
  });

  test.each<[JsonObject, string | undefined]>([
    [{ __type: "ns#ThrottlingException" }, "ThrottlingException"],
    [{ Output: { __type: "ns#UnknownOperationException" }, Version: "1.0" }, "UnknownOperationException"],
    [{ code: "ValidationException" }, "ValidationException"],
    [{ error: { type: "ThrottlingException" } }, "ThrottlingException"],
    [{ code: 400 }, undefined],
    [{ code: "400" }, undefined],
    [{ Output: "text" }, undefined],
    [{}, undefined],
  ])("in a body: %j", (json, name) => {
    expect(bodyExceptionName(json)).toBe(name);
  });
});

describe("messages", () => {
  test.each<[JsonObject, string | undefined]>([
    [{ message: "m" }, "m"],
    [{ Message: "m" }, "m"],
    [{ message: "", Message: "m" }, "m"],
    [{ error: { message: "m" } }, "m"],
    [{ message: '{"code":"validation_error","message":"inner"}' }, "inner"],
    [{ message: '{"error":{"message":"inner"}}' }, "inner"],
    [{ message: '{"other":1}' }, '{"other":1}'],
    [{ message: "{not JSON" }, "{not JSON"],
    [{ message: 5 }, undefined],
    [{}, undefined],
  ])("%j", (json, message) => {
    expect(bodyMessage(json)).toBe(message);
  });
});

describe("what AWS has one exception for is told apart", () => {
  test.each([
    "Input is too long for requested model.",
    "input is too long",
    "prompt is too long: 210000 tokens > 200000 maximum",
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
    "The decoder prompt (length 5000) is longer than the maximum model length of 4096.",
    "Too many input tokens. Max input tokens: 8192, request input token count: 9000",
    "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
    "The maximum number of tokens you requested exceeds the model limit: input tokens exceed 8192",
    "Input Tokens Exceeded: Number of input tokens exceeds maximum length",
  ])("too long: %s", (message) => {
    expect(refine(message)).toMatchObject({
      code: "context_window_exceeded",
      status: 400,
      awsType: "ValidationException",
      message,
    });
  });

  test.each([
    "The provided model identifier is invalid.",
    "max_tokens must be at least 1",
    "The maximum tokens you requested exceeds the model limit of 16384. Try again with a maximum tokens value that is lower than 16384.",
    "temperature: 3 is greater than the maximum of 1",
    "The text field in the ContentBlock object at messages.0.content.0 is blank.",
  ])("otherwise invalid: %s", (message) => {
    expect(refine(message)).toMatchObject({ code: "invalid_request", message });
  });

  test("only where AWS calls the request invalid", () => {
    const message = "Input is too long for requested model.";
    expect(refine(message, { type: "ThrottlingException" }).code).toBe("throttled");
    expect(refine(message, { type: "ModelErrorException" }).code).toBe("model_error");
    expect(refine(message, { type: undefined, status: 500 }).code).toBe("upstream_error");
  });

  test.each([
    ["ChatCompletionRequest", ["openai_chat"]],
    ["BedrockMetaCompletionRequest", ["bedrock_completion"]],
    ["CompletionRequest", ["openai_completion"]],
    ["ChatCompletionRequest, BedrockMetaCompletionRequest", ["openai_chat", "bedrock_completion"]],
    ["[ChatCompletionRequest, CompletionRequest, NovelRequest]", ["openai_chat", "openai_completion"]],
  ])("the formats that a model takes: %s", (list, wires) => {
    const said = `Request body does not match. Available for this model: ${list}.`;
    const { code, message } = refine(said);
    expect(code).toBe("invalid_request");
    expect(message.startsWith(said)).toBe(true);
    expect([...message.slice(said.length).matchAll(/wire: (\w+)/g)].map(([, wire]) => wire)).toEqual(wires);
  });

  test("formats that we don't know give no advice", () => {
    const said = "Available for this model: NovelRequest";
    expect(refine(said).message).toBe(said);
  });

  const converseRefusal =
    "This action doesn't support the model that you provided. Try again with a supported text or chat model.";

  test.each(["converse", "converse-stream"])(
    "a model without Converse, asked by %s: the route to use",
    (operation) => {
      expect(refine(converseRefusal, { operation }).message).toMatch(/bedrock\/openai\/\{ARN\}/);
    },
  );

  test("the same sentence elsewhere gives no advice", () => {
    expect(refine(converseRefusal, { operation: "invoke" }).message).toBe(converseRefusal);
  });

  test("a model without a chat template", () => {
    expect(refine("The prompt field must be provided.").message).toMatch(/wire: bedrock_completion/);
  });

  test("a mismatch of signatures keeps its first paragraph: the rest holds the session token", () => {
    const message = "The signature does not match.\n\nThe Canonical String\n'x-amz-security-token:SECRET'";
    const error = toAwsError({ type: "InvalidSignatureException", status: 403, message });
    expect(error.message).toBe("The signature does not match.");
    expect(error.code satisfies ErrorCode).toBe("authentication");
  });
});
