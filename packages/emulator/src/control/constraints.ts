import { constraintError } from "../aws/failure.ts";
import { asList, asObject, asText } from "../prompt/json.ts";
import type { Tag } from "./tags.ts";

/** A rule of a string member, from AWS's API model. */
interface TextRule {
  readonly longest: number;
  /** As AWS writes it in its error. */
  readonly pattern: string;
  /** The same set of texts, written so that no input makes the match slow. */
  readonly matches: RegExp;
}

const name: TextRule = {
  longest: 63,
  pattern: "([0-9a-zA-Z][_-]?){1,63}",
  matches: /^[0-9a-zA-Z]+(?:[_-][0-9a-zA-Z]+)*[_-]?$/,
};

export const rules = {
  jobName: {
    longest: 63,
    pattern: "[a-zA-Z0-9](-*[a-zA-Z0-9\\+\\-\\.])*",
    matches: /^[a-zA-Z0-9][a-zA-Z0-9+.-]*$/,
  },
  importedModelName: name,
  roleArn: {
    longest: 2048,
    pattern: "arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+",
    matches: /^arn:aws(-[^:]+)?:iam::([0-9]{12})?:role\/.+$/,
  },
  s3Uri: {
    longest: 1024,
    pattern: "s3://[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9](/.*)?",
    matches: /^s3:\/\/[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](\/.*)?$/,
  },
  kmsKey: {
    longest: 2048,
    pattern:
      "(arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:((key/[a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)))|([a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)",
    matches:
      /^(arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:\d{12}:)?(key\/[a-zA-Z0-9-]{36}|[a-zA-Z0-9-]{36}|alias\/[a-zA-Z0-9\-_/]+)$/,
  },
  clientRequestToken: {
    longest: 256,
    pattern: "[a-zA-Z0-9](-*[a-zA-Z0-9])*",
    matches: /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  },
} as const satisfies Record<string, TextRule>;

/** A required string that obeys its rule. */
export function readRequired(value: unknown, path: string, rule: TextRule): string {
  if (value === undefined || value === null) throw constraintError(value, path, "Member must not be null");
  return readOptional(value, path, rule) ?? "";
}

export function readOptional(value: unknown, path: string, rule: TextRule): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = asText(value);
  if (text.length > rule.longest) {
    throw constraintError(value, path, `Member must have length less than or equal to ${rule.longest}`);
  }
  if (!rule.matches.test(text)) {
    throw constraintError(value, path, `Member must satisfy regular expression pattern: ${rule.pattern}`);
  }
  return text;
}

/** A tag list: at most 200, keys up to 128 characters and values up to 256. */
export function readTags(value: unknown, path: string): readonly Tag[] {
  return asList(value).map((item, index): Tag => {
    const { key, value: text } = asObject(item);
    if (typeof key !== "string" || key === "" || key.length > 128) {
      const rule = "Member must have length between 1 and 128";
      throw constraintError(key, `${path}.${index + 1}.member.key`, rule);
    }
    if (typeof text !== "string" || text.length > 256) {
      const rule = "Member must have length less than or equal to 256";
      throw constraintError(text, `${path}.${index + 1}.member.value`, rule);
    }
    return { key, value: text };
  });
}
