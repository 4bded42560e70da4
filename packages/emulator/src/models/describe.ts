import type { BodyFormat } from "./architectures.ts";
import type { AnswerShape, Model } from "./model.ts";

/** A model as the emulator shows it. */
export interface ModelDescription {
  readonly kind: "imported" | "foundation";
  /** The ARN of an imported model, the id of a foundation model. */
  readonly arn: string;
  readonly name: string;
  /** As `GetImportedModel` names it; absent for foundation models. */
  readonly architecture?: string;
  readonly region?: string;
  readonly instructSupported: boolean;
  readonly chatTemplate: boolean;
  readonly formats: readonly BodyFormat[];
  readonly images: boolean;
  readonly toolParser: boolean;
  readonly answerShape?: AnswerShape;
  /** ISO 8601. */
  readonly creationTime?: string;
  readonly unitsPerCopy?: number;
  readonly unitsVersion?: string;
}

export function describeModel(model: Model): ModelDescription {
  const { kind, id, name, instructSupported, chatTemplate, formats, images, toolParser } = model;
  const shared = { kind, arn: id, name, instructSupported, chatTemplate, formats, images, toolParser };
  if (model.kind === "foundation") return shared;
  const { architecture, region, answerShape, unitsPerCopy, unitsVersion } = model;
  const creationTime = new Date(model.creationTime).toISOString();
  return { ...shared, architecture, region, answerShape, unitsPerCopy, unitsVersion, creationTime };
}
