import { type ErrorCode, errorTable } from "@outcrop/sdk";
import { exceptionClassOf } from "./exception-class.ts";
import { type LabelBound, createLabelBound } from "./label-bound.ts";
import type { Redactor } from "../redact.ts";
import type { RequestRecord } from "../request-record.ts";

/** How values become labels; each kind has its bound. */
export interface MetricLabels {
  /** Groups and deployments: as many as a config may have, and what wildcards let in. */
  readonly model: LabelBound;
  readonly route: LabelBound;
  readonly key: LabelBound;
}

export interface MetricLabelOptions {
  readonly redactor: Redactor;
  /** No label tells keys apart (`redact_user_api_key_info`). */
  readonly redactKeys: boolean;
}

export function createMetricLabels({ redactor, redactKeys }: MetricLabelOptions): MetricLabels {
  const bound = (limit: number) => createLabelBound(limit, (value) => redactor.text(value));
  return { model: bound(500), route: bound(100), key: redactKeys ? () => "" : bound(1000) };
}

/** The status that a record counts under: a failure after the status went out still is that failure. */
export function statusOf({ status, errorCode }: RequestRecord): string {
  return String(errorCode === undefined ? status : errorTable[errorCode].status);
}

/** LiteLLM's labels of a failure. */
export function exceptionLabels(code: ErrorCode): { exception_status: string; exception_class: string } {
  return { exception_status: String(errorTable[code].status), exception_class: exceptionClassOf(code) };
}
