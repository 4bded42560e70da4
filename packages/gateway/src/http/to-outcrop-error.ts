import { OutcropError } from "@outcrop/sdk";

/** What anything thrown is to a client: a fault of ours says no more than that it is one. */
export function toOutcropError(error: unknown): OutcropError {
  if (error instanceof OutcropError) return error;
  return new OutcropError("internal", "The gateway failed. Its log says more.", { cause: error });
}
