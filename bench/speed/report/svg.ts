import { type BenchRun, pairs, spreadOf } from "../results.ts";

interface Bar {
  readonly label: string;
  readonly ratio: number;
}

const [width, labelWidth, barHeight, gap, top] = [760, 150, 18, 8, 34];

/** Processor time against the floor's in one case, as bars. The scale is logarithmic: peers are tens of times away. */
export function toChart(run: BenchRun, name: string): string {
  const title = run.cases.find((each) => each.name === name)?.title ?? name;
  const bars = run.programs.flatMap(({ name: program }): readonly Bar[] => {
    const ratio = spreadOf(
      pairs(run, { program, base: "floor", case: name }, (own, base) => own.cpuUs / base.cpuUs),
    );
    return ratio && program !== "direct" ? [{ label: program, ratio: ratio.median }] : [];
  });
  const height = top + bars.length * (barHeight + gap) + 8;
  const most = Math.max(...bars.map(({ ratio }) => ratio), 10);
  const least = Math.min(...bars.map(({ ratio }) => ratio), 1) / 1.5;
  const scale = (ratio: number) =>
    ((width - labelWidth - 90) * Math.log(ratio / least)) / Math.log(most / least);
  const rows = bars.map(({ label, ratio }, index) => {
    const y = top + index * (barHeight + gap);
    const length = Math.max(2, scale(ratio)).toFixed(1);
    const middle = y + barHeight / 2 + 4;
    const shade = label === "outcrop" ? "#d9640b" : "#7a869a";
    return [
      `<text x="${labelWidth - 8}" y="${middle}" text-anchor="end">${escape(label)}</text>`,
      `<rect x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="2" fill="${shade}"/>`,
      `<text x="${labelWidth + Number(length) + 6}" y="${middle}">${ratio.toFixed(2)} ×</text>`,
    ].join("");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13">
<style>text { fill: #24292f } @media (prefers-color-scheme: dark) { text { fill: #d0d7de } }</style>
<text x="8" y="20" font-weight="600">Processor time against Node's floor: ${escape(title)}</text>
${rows.join("\n")}
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
