/** The parts of an ARN that matter here. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Such as `imported-model`. */
  readonly type: string;
  /** The id after the slash. */
  readonly id: string;
}

/**
 * `arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456`. AWS gives ids of twelve letters
 * and digits; longer ones, with hyphens, are accepted so that placeholders of documents work.
 */
const shape = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}):([a-z-]+)\/([A-Za-z0-9-]+)$/;

export function parseArn(text: string): Arn | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, partition = "", service = "", region = "", account = "", type = "", id = ""] = match;
  return { partition, service, region, account, type, id };
}

export function toArn(region: string, account: string, resource: string): string {
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return `arn:${partition}:bedrock:${region}:${account}:${resource}`;
}
