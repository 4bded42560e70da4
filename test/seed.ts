import fc from "fast-check";

/** Property tests draw the same cases in every run; another `FC_SEED` draws others. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FC_SEED ?? 20_261_123) });
