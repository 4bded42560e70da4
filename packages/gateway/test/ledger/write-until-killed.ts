import { writeSync } from "node:fs";
import { openDatabase } from "../../src/ledger/database.ts";
import { createLedgerStore } from "../../src/ledger/store.ts";
import { callAt } from "./calls.ts";

/** Keeps calls one burst after another, and says of each on standard output when it is acknowledged. */
const [path = "", worker = ""] = process.argv.slice(2);
const store = createLedgerStore({ database: openDatabase(path), onFault: (error) => console.error(error) });
for (let count = 0; ; count += 4) {
  const burst = [0, 1, 2, 3].map(async (place) => {
    const at = count + place;
    await store.append(callAt(at, { callId: `${worker}-${at}` }));
    writeSync(1, `${worker}-${at}\n`);
  });
  await Promise.all(burst);
}
