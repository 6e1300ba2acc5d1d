// The structural cases in ajv, in strict mode. Schemas that no case names are compiled all the same.
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
    validators.set(path, new drafts[draft]({ strict: true }).compile(JSON.parse(read(`schemas/${path}`))));
  }
}

let passed = 0;
let failed = 0;
for (const draft of Object.keys(drafts)) {
  for (const { name, schema, env, document, valid } of cases) {
    const path = `${env === "development" ? "development/" : ""}${draft}${schema}.schema.json`;
    if (validators.get(path)(document) === valid) {
      passed += 1;
    } else {
      failed += 1;
      console.error(`${path}: ${name} should be ${valid ? "valid" : "refused"}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
