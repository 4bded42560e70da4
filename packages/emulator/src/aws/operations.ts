import { AwsFailure } from "./failure.ts";

/** Every operation that the emulator answers. */
export type OperationName =
  | "InvokeModel"
  | "InvokeModelWithResponseStream"
  | "Converse"
  | "ConverseStream"
  | "CountTokens"
  | "CreateModelImportJob"
  | "GetModelImportJob"
  | "ListModelImportJobs"
  | "GetImportedModel"
  | "ListImportedModels"
  | "DeleteImportedModel"
  | "ListTagsForResource"
  | "TagResource"
  | "UntagResource";

/** A request line, understood. */
export interface Operation {
  readonly name: OperationName;
  /** The decoded label of the path: a model id, ARN or job name. Empty where the operation has none. */
  readonly resource: string;
  readonly query: URLSearchParams;
}

/** Method, path segments with `*` for the label, and the operation. From AWS's API models. */
const routes: readonly (readonly [method: string, path: string, name: OperationName])[] = [
  ["POST", "/model/*/invoke", "InvokeModel"],
  ["POST", "/model/*/invoke-with-response-stream", "InvokeModelWithResponseStream"],
  ["POST", "/model/*/converse", "Converse"],
  ["POST", "/model/*/converse-stream", "ConverseStream"],
  ["POST", "/model/*/count-tokens", "CountTokens"],
  ["POST", "/model-import-jobs", "CreateModelImportJob"],
  ["GET", "/model-import-jobs", "ListModelImportJobs"],
  ["GET", "/model-import-jobs/*", "GetModelImportJob"],
  ["GET", "/imported-models", "ListImportedModels"],
  ["GET", "/imported-models/*", "GetImportedModel"],
  ["DELETE", "/imported-models/*", "DeleteImportedModel"],
  ["POST", "/listTagsForResource", "ListTagsForResource"],
  ["POST", "/tagResource", "TagResource"],
  ["POST", "/untagResource", "UntagResource"],
];

export const operationNames: readonly OperationName[] = routes.map(([, , name]) => name);

/**
 * The operation of a request line. A path that fits no route is AWS's UnknownOperationException, and
 * so is an ARN whose slash was left raw: it makes one segment too many.
 */
export function parseOperation(method: string, target: string): Operation {
  const [path, search] = splitTarget(target);
  const segments = path.split("/");
  for (const [routeMethod, pattern, name] of routes) {
    const label = method === routeMethod ? matchPath(pattern.split("/"), segments) : undefined;
    if (label !== undefined) {
      return { name, resource: decodeLabel(label), query: new URLSearchParams(search) };
    }
  }
  throw new AwsFailure("UnknownOperationException", "");
}

/** The raw label where the path fits, `""` for a path without label, undefined where it doesn't fit. */
function matchPath(pattern: readonly string[], segments: readonly string[]): string | undefined {
  if (pattern.length !== segments.length) return undefined;
  let label = "";
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (expected === "*" && segment !== "") label = segment;
    else if (expected !== segment) return undefined;
  }
  return label;
}

function decodeLabel(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    throw new AwsFailure("UnknownOperationException", "");
  }
}

/** Path and query of a request target, as sent. */
export function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}
