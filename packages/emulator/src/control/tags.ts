import { AwsFailure } from "../aws/failure.ts";

export interface Tag {
  readonly key: string;
  readonly value: string;
}

const mostTags = 200;

/** The tags of resources by ARN. */
export interface TagBook {
  list(arn: string): readonly Tag[];
  /** Adds tags, replacing those of the same key. Throws TooManyTagsException above 200. */
  add(arn: string, tags: readonly Tag[]): void;
  remove(arn: string, keys: readonly string[]): void;
  clear(): void;
}

export function createTagBook(): TagBook {
  const tagsByArn = new Map<string, readonly Tag[]>();
  const list = (arn: string): readonly Tag[] => tagsByArn.get(arn) ?? [];
  return {
    list,
    add: (arn, tags) => {
      const merged = new Map([...list(arn), ...tags].map(({ key, value }) => [key, value]));
      if (merged.size > mostTags) {
        const text =
          "The request contains more tags than can be associated with a resource (200 tags per resource).";
        throw new AwsFailure("TooManyTagsException", text, { members: { resourceName: arn } });
      }
      tagsByArn.set(
        arn,
        [...merged].map(([key, value]) => ({ key, value })),
      );
    },
    remove: (arn, keys) => {
      tagsByArn.set(
        arn,
        list(arn).filter(({ key }) => !keys.includes(key)),
      );
    },
    clear: () => tagsByArn.clear(),
  };
}
