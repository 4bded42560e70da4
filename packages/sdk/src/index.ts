export { completion } from "./completion.ts";
export { type ClientOptions, type OutcropClient, createClient } from "./client/create-client.ts";
export type {
  CompletionHooks,
  CompletionParams,
  CompletionStream,
  TransportHooks,
} from "./client/completion-params.ts";
export type { ChatAnswer, ChatCall, ChatClient } from "./client/client.ts";
export {
  type Deployment,
  type DeploymentSettings,
  isDeploymentSetting,
  parseDeployment,
} from "./client/deployment.ts";
export { setAlarm } from "./client/alarm.ts";
export { createAnswerIdentity } from "./client/run-completion.ts";
export { type CancelSignal, Cancellation, toAbortSignal } from "./core/cancellation.ts";
export { memoize } from "./core/memoize.ts";
export { atEndOfTurn } from "./core/turn.ts";
export { OneBatch, wholeOf } from "./core/one-batch.ts";
export { type ErrorCode, type ErrorDetails, OutcropError, errorTable } from "./core/errors.ts";
export { imagesOf, textOf } from "./core/chat.ts";
export type {
  AssistantMessage,
  ChatMessage,
  ChatParameters,
  ChatRequest,
  Content,
  ContentPart,
  ImagePart,
  ResponseFormat,
  SystemMessage,
  TextPart,
  ToolCall,
  ToolChoice,
  ToolDefinition,
  ToolMessage,
  UserMessage,
} from "./core/chat.ts";
export type { ChatEvent, FinishReason, TokenLogprob, Usage } from "./core/events.ts";
export {
  type Completion,
  type CompletionChoice,
  type CompletionFold,
  createCompletionFold,
} from "./core/completion.ts";
export { encodeJsonInTurns, hashInTurns, isLargeJson, joinInTurns } from "./bedrock/large-bodies.ts";
export { type JsonObject, type JsonValue, deepestJson, isJsonObject, parseJson } from "./core/json.ts";
export {
  type BedrockArn,
  type ModelRef,
  type RouteName,
  parseArn,
  parseModelRef,
  routeNames,
} from "./core/model-ref.ts";
export type { WireName } from "./core/wire.ts";
export { type RouteDescription, describeRoute } from "./routing/describe-route.ts";
export type {
  BedrockCall,
  FetchLike,
  HttpResponse,
  ImportedModelDescription,
  Transport,
} from "./bedrock/transport.ts";
export type { WarmthNews, WarmthShare } from "./warmth/warmth-book.ts";
export type { WarmthView } from "./warmth/warmth-view.ts";
export { type WarmthState, isWarm } from "./warmth/warmth.ts";
export { type ParsedChatRequest, parseChatRequest } from "./openai/parse-chat-request.ts";
export { toChatCompletion, toCompletionUsage } from "./openai/to-chat-completion.ts";
export { createChunkEncoder } from "./openai/to-chunks.ts";
export type * from "./openai/types.ts";
