// The structural cases in ajv, in strict mode, and once more in the editors' schemas, whose keywords strict mode would refuse.
// Schemas that no case names are compiled all the same.
import { readdirSync, readFileSync } from "node:fs";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const drafts = { "": Ajv2020, "draft-07/": Ajv };
const cases = read("fixtures/structural.jsonl").split("\n").filter(Boolean).map((line) => JSON.parse(line));

const validators = new Map();
for (const path of readdirSync(new URL("schemas/", root), { recursive: true })) {
  if (path.endsWith(".schema.json")) {
    const draft = path.includes("draft-07/") ? "draft-07/" : "";
    const strict = !path.startsWith("editor/");
    validators.set(path, new drafts[draft]({ strict }).compile(JSON.parse(read(`schemas/${path}`))));
  }
}

/** The schemas that must give the verdict of a case. */
function paths({ schema, env }) {
  const folder = env === "development" ? "development/" : "";
  const strict = Object.keys(drafts).map((draft) => `${folder}${draft}${schema}.schema.json`);
  const editors = ["en", "fr"].map((language) => `editor/${schema}.${language}.schema.json`);
  return env === "development" ? strict : [...strict, ...editors.filter((path) => validators.has(path))];
}

let passed = 0;
let failed = 0;
for (const test of cases) {
  for (const path of paths(test)) {
    if (validators.get(path)(test.document) === test.valid) {
      passed += 1;
    } else {
      failed += 1;
      console.error(`${path}: ${test.name} should be ${test.valid ? "valid" : "refused"}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
