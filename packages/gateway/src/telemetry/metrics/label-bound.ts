/** Makes a label's value of whatever there is. */
export type LabelBound = (value: string | undefined) => string;

/**
 * Lets through so many different values and calls all later ones `other`: a series costs memory for as long as the
 * process lives, and no client may make as many as it likes. Each value is cleaned once.
 */
export function createLabelBound(limit: number, clean: (value: string) => string): LabelBound {
  const known = new Map<string, string>();
  return (value = "") => {
    const label = known.get(value);
    if (label !== undefined) return label;
    if (known.size >= limit) return "other";
    const cleaned = clean(value);
    known.set(value, cleaned);
    return cleaned;
  };
}
