import type { Deployment, OutcropClient } from "@outcrop/sdk";
import { type ModelUnits, isImported } from "./call.ts";

/** What AWS bills the models as. Nobody waits for it: what is not known yet is asked in the background. */
export interface UnitsBook {
  of(modelId: string): ModelUnits | undefined;
  /** Asks AWS about an imported model that is not known yet; one question at a time. */
  learn(deployment: Deployment): void;
}

export interface UnitsBookOptions {
  readonly client: Pick<OutcropClient, "describeModel">;
  readonly known: ReadonlyMap<string, ModelUnits>;
  /** Told what AWS has said. */
  readonly onLearnt: (units: ModelUnits) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Who may not ask is not asked about all the time. */
const retryAfterMs = 10 * 60_000;

const patienceMs = 30_000;

/** A book that knows what an earlier one has learnt: an imported model never changes. */
export function createUnitsBook({ client, known, onLearnt, now }: UnitsBookOptions): UnitsBook {
  const book = new Map(known);
  const askedAt = new Map<string, number>();

  async function ask(deployment: Deployment): Promise<void> {
    const { modelId } = deployment.ref;
    const description = await client.describeModel(deployment, AbortSignal.timeout(patienceMs));
    const { customModelUnits: units, creationTime } = description;
    if (units?.perModelCopy === undefined || units.version === undefined) return;
    const { perModelCopy: perCopy, version } = units;
    const learnt = { modelId, perCopy, version, createdAt: creationTime?.getTime() };
    book.set(modelId, learnt);
    onLearnt(learnt);
  }

  return {
    of: (modelId) => book.get(modelId),
    learn(deployment) {
      const { modelId } = deployment.ref;
      if (!isImported(modelId) || book.has(modelId)) return;
      if (now() - (askedAt.get(modelId) ?? -Infinity) < retryAfterMs) return;
      askedAt.set(modelId, now());
      // Without an answer the price stays unknown, and is said to be.
      ask(deployment).catch(() => undefined);
    },
  };
}
