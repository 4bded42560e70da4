import { hash } from "node:crypto";
import { toArn, parseArn } from "../aws/arn.ts";
import { architectures } from "./architectures.ts";
import type { Architecture, ArchitectureTraits, BodyFormat, Dialect } from "./architectures.ts";
import type { AnswerShape, FoundationModel, ImportedModel, ReasoningStyle } from "./model.ts";

/**
 * An imported model as a config or a test declares it: a name and an architecture are enough, the rest
 * follows from them.
 */
export interface ModelDeclaration {
  readonly name: string;
  readonly architecture: Architecture;
  /** The full ARN; without one, it is made of region, account and a twelve-character id. */
  readonly arn?: string;
  /** The end of the ARN, used when `arn` is not given. */
  readonly id?: string;
  /** When it was imported, ISO 8601. Before 11 November 2025 a model keeps its native format. */
  readonly imported?: string;
  /** Whether its files have a chat template: without one it takes no `messages`. */
  readonly chatTemplate?: boolean;
  /** Whether Converse takes it. */
  readonly instructSupported?: boolean;
  /** Whether the server parses tool calls. */
  readonly toolParser?: boolean;
  readonly images?: boolean;
  /** Whether it reasons before it answers. */
  readonly thinks?: boolean;
  readonly formats?: readonly BodyFormat[];
  /** The key of an older import's answer. */
  readonly answerShape?: AnswerShape;
  /** Structured outputs, log probabilities and stop sequences on prompt bodies. */
  readonly extensions?: boolean;
  readonly unitsPerCopy?: number;
  readonly unitsVersion?: string;
  readonly contextTokens?: number;
  readonly countTokens?: boolean;
  /** Milliseconds that a copy takes to load. */
  readonly coldStart?: number;
  readonly s3Uri?: string;
  readonly jobName?: string;
  readonly jobArn?: string;
  readonly kmsKeyArn?: string;
}

/** A foundation model as a config or a test declares it, answering on Converse and InvokeModel. */
export interface FoundationDeclaration {
  readonly id: string;
  readonly dialect?: Dialect;
  readonly reasoning?: ReasoningStyle;
  readonly thinks?: boolean;
  readonly images?: boolean;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
}

export interface Home {
  readonly region: string;
  readonly account: string;
}

/** From here on an import takes all three body formats. */
export const formatsCutOff = Date.parse("2025-11-11T00:00:00Z");
/** The date of a declared import that gives none: safely after the cut-off. */
const defaultImport = "2026-01-15T09:00:00Z";
/** AWS imports models with a context below 128K tokens. */
const defaultContext = 131_072;

export function toImportedModel(declaration: ModelDeclaration, home: Home): ImportedModel {
  const { name, architecture } = declaration;
  const traits: ArchitectureTraits = architectures[architecture];
  const place = toPlace(declaration, home);
  const creationTime = Date.parse(declaration.imported ?? defaultImport);
  const older = creationTime < formatsCutOff;
  const chatTemplate = declaration.chatTemplate ?? traits.formats.includes("OpenAIChatCompletion");
  const job = hash("sha1", place.arn).slice(0, 12);
  return {
    kind: "imported",
    id: place.arn,
    name,
    architecture,
    region: place.region,
    account: place.account,
    creationTime,
    older,
    chatTemplate,
    dialect: traits.dialect,
    reasoning: architecture === "gpt_oss" ? "reasoning-field" : "think-tags",
    thinks: declaration.thinks ?? traits.thinks,
    images: declaration.images ?? traits.images,
    toolParser: declaration.toolParser ?? traits.toolParser,
    formats: declaration.formats ?? (older ? olderFormats(traits) : traits.formats),
    instructSupported: declaration.instructSupported ?? (traits.instruct && chatTemplate),
    countTokens: declaration.countTokens ?? false,
    contextTokens: declaration.contextTokens ?? defaultContext,
    maxOutputTokens: undefined,
    answerShape:
      declaration.answerShape ?? (older && traits.dialect === "mistral" ? "outputs" : "generation"),
    extensions: declaration.extensions ?? !older,
    unitsPerCopy: declaration.unitsPerCopy ?? traits.unitsPerCopy,
    unitsVersion: declaration.unitsVersion ?? traits.unitsVersion,
    jobName: declaration.jobName ?? `import-${name}`,
    jobArn: declaration.jobArn ?? toArn(place.region, place.account, `model-import-job/${job}`),
    s3Uri: declaration.s3Uri ?? `s3://outcrop-emulator/${name}/`,
    kmsKeyArn: declaration.kmsKeyArn,
    coldStart: declaration.coldStart,
  };
}

/** An older import keeps its base model's format; Qwen, which came late, also takes `messages`. */
function olderFormats({ dialect }: ArchitectureTraits): readonly BodyFormat[] {
  return dialect === "qwen" || dialect === "harmony"
    ? ["OpenAIChatCompletion", "BedrockCompletion"]
    : ["BedrockCompletion"];
}

function toPlace({ arn, id, name }: ModelDeclaration, home: Home): Home & { arn: string } {
  const made = toArn(home.region, home.account, `imported-model/${id ?? hash("sha1", name).slice(0, 12)}`);
  const parsed = parseArn(arn ?? made);
  if (parsed?.type !== "imported-model")
    throw new RangeError(`"${arn ?? made}" is not the ARN of an imported model`);
  return { arn: arn ?? made, region: parsed.region, account: parsed.account };
}

export function toFoundationModel(declaration: FoundationDeclaration): FoundationModel {
  const dialect = declaration.dialect ?? "plain";
  return {
    kind: "foundation",
    region: undefined,
    id: declaration.id,
    name: declaration.id,
    dialect,
    reasoning: declaration.reasoning ?? (dialect === "kimi" ? "reasoning-pairs" : "reasoning-field"),
    thinks: declaration.thinks ?? dialect === "kimi",
    images: declaration.images ?? false,
    toolParser: true,
    formats: ["OpenAIChatCompletion"],
    chatTemplate: true,
    instructSupported: true,
    countTokens: true,
    contextTokens: declaration.contextTokens ?? defaultContext,
    maxOutputTokens: declaration.maxOutputTokens,
  };
}
