// Runs Azurite until its stdin closes, so that it ends with whoever started it, however that one ends.
"use strict";

const inMemory = process.argv.includes("--inMemoryPersistence");
const closingLimitMilliseconds = 5000;

// Ctrl+C goes to every process of the terminal at once; storage must outlive the app that is still finishing its work.
const once = process.once;
process.once = function (event, listener) {
  if (event !== "SIGINT") {
    once.call(process, event, listener);
  }
  return process;
};
process.on("SIGINT", () => {});

let ending = false;
function end() {
  if (ending) {
    return;
  }
  ending = true;
  if (inMemory) {
    process.exit(0);
  }
  // Azurite writes its tables of contents when it is asked to close.
  process.emit("SIGTERM");
  setTimeout(() => process.exit(0), closingLimitMilliseconds).unref();
}

process.stdin.on("end", end);
process.stdin.on("close", end);
process.stdin.on("error", end);
process.stdin.resume();

require("azurite/dist/src/azurite.js");
