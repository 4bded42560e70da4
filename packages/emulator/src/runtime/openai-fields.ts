import { parseArn } from "../aws/arn.ts";
import type { Model } from "../models/model.ts";
import type { FinishReason } from "../text/answer.ts";

/** The `model` of an OpenAI-shaped answer: `<account>-<id of the import>`, or the foundation model's id. */
export function toModelField(model: Model): string {
  const arn = parseArn(model.id);
  return arn === undefined ? model.id : `${arn.account}-${arn.id}`;
}

export function toOpenAiFinish(reason: FinishReason): string {
  return reason === "stop_sequence" ? "stop" : reason;
}
