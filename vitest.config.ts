import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["outcrop-source"] },
  ssr: { resolve: { conditions: ["outcrop-source"], externalConditions: ["outcrop-source"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    isolate: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
    unstubEnvs: true,
  },
});
