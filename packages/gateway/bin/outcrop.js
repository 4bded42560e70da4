#!/usr/bin/env node
// Plain JavaScript that any Node reads, so that an old one gets an answer in place of a syntax error.
var version = process.versions.node.split(".").map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  console.error(
    "outcrop needs Node 22.19 or newer, and this is Node " +
      process.versions.node +
      ". Install a newer one from nodejs.org, or run it with: npx -p node@24 -p outcrop outcrop",
  );
  process.exitCode = 1;
} else {
  import("../dist/main.js").then(
    function (main) {
      return main.run(process.argv);
    },
    function (error) {
      if (error && error.code === "ERR_MODULE_NOT_FOUND" && /dist.main\.js/.test(error.message)) {
        console.error("outcrop is not built yet. Build it first: npm run build");
      } else {
        console.error(error);
      }
      process.exitCode = 1;
    },
  );
}
