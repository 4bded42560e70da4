/** An instruction of a Dockerfile, its lines joined. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** Reads a Dockerfile into its stages; what stands before the first `FROM` is the first list. */
export function parseDockerfile(text: string): readonly (readonly Instruction[])[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  const instructions = lines
    .join("\n")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => {
      const [name = "", ...words] = line.trim().split(/\s+/);
      return { name: name.toUpperCase(), value: words.join(" ") };
    });
  const stages: Instruction[][] = [[]];
  for (const instruction of instructions) {
    if (instruction.name === "FROM") stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** The last instruction of a name. */
export function lastOf(stage: readonly Instruction[], name: string): string {
  return stage.findLast((instruction) => instruction.name === name)?.value ?? "";
}

/** The words of an instruction in its JSON form, the only one that starts no shell. */
export function wordsOf(value: string): readonly string[] {
  const words: unknown = JSON.parse(value.replace(/^[^[]*/, ""));
  if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  throw new Error(`not the JSON form: ${value}`);
}
