import type { Architecture, BodyFormat, Dialect } from "./architectures.ts";

/** The key that holds the text of a BedrockCompletion: older Mistral imports and some Qwen2 ones differ. */
export type AnswerShape = "generation" | "outputs" | "text";

/** Where a chat model's reasoning goes when the body has no parser's field for it. */
export type ReasoningStyle = "think-tags" | "reasoning-pairs" | "reasoning-field";

interface ModelTraits {
  /** The ARN of an imported model, the id of a foundation model: what a request names. */
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly reasoning: ReasoningStyle;
  readonly thinks: boolean;
  readonly images: boolean;
  readonly toolParser: boolean;
  readonly formats: readonly BodyFormat[];
  readonly chatTemplate: boolean;
  /** Whether Converse takes it. */
  readonly instructSupported: boolean;
  readonly countTokens: boolean;
  /** Largest prompt and answer together, in tokens. */
  readonly contextTokens: number;
  readonly maxOutputTokens: number | undefined;
}

/** A model that came by Custom Model Import. */
export interface ImportedModel extends ModelTraits {
  readonly kind: "imported";
  readonly architecture: Architecture;
  readonly region: string;
  readonly account: string;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
  /** Imported before 11 November 2025: native parameters, the native answer shape. */
  readonly older: boolean;
  readonly answerShape: AnswerShape;
  /** Whether prompt bodies may ask for structured outputs, log probabilities and stop sequences. */
  readonly extensions: boolean;
  readonly unitsPerCopy: number;
  readonly unitsVersion: string;
  readonly jobName: string;
  readonly jobArn: string;
  readonly s3Uri: string;
  readonly kmsKeyArn: string | undefined;
  /** Milliseconds that a copy takes to load; undefined follows the emulator's setting. */
  readonly coldStart: number | undefined;
}

/** A model that Amazon Bedrock serves itself. */
export interface FoundationModel extends ModelTraits {
  readonly kind: "foundation";
  readonly region: undefined;
}

export type Model = ImportedModel | FoundationModel;
