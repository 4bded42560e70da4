/** The values in Prometheus's text format, by name and labels. Buckets are left out: their sum and count are there. */
export function samplesOf(body: string): Readonly<Record<string, number>> {
  const lines = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const samples = lines.map(
    (line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))] as const,
  );
  return Object.fromEntries(samples.filter(([name]) => !name.includes("_bucket{")));
}
