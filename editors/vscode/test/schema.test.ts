import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

// Node does not see the names that this CommonJS package hands on from another.
const { getLanguageService, TextDocument }: typeof import("vscode-json-languageservice") = createRequire(
  import.meta.url,
)("vscode-json-languageservice");

const block = (parameters: string) =>
  `{ "id": "a", "type": "action", "position": { "x": 0, "y": 0 }, "data": { "parameters": ${parameters} } }`;

async function problems(text: string, language: string) {
  const service = getLanguageService({});
  const schema = readFileSync(new URL(`../dist/schemas/document.${language}.schema.json`, import.meta.url), "utf8");
  service.configure({ schemas: [{ uri: "relance:/document", fileMatch: ["*"], schema: JSON.parse(schema) }] });
  const document = TextDocument.create("file:///a.relance.json", "json", 1, text);
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  return found.map(({ range }) => document.getText(range));
}

for (const language of ["en", "fr"]) {
  test(`a block alone and a graph are both understood (${language})`, async () => {
    const right = block('{ "action_type": "tag_contact", "tag": "vip" }');
    assert.deepEqual(await problems(right, language), []);
    assert.deepEqual(await problems(`{ "nodes": [ ${right} ], "edges": [] }`, language), []);
  });

  test(`one mistake is one problem, under the value (${language})`, async () => {
    const wrong = block('{ "action_type": "ai_reply", "temperature": "1.5" }');
    assert.deepEqual(await problems(wrong, language), ['"1.5"']);
    assert.deepEqual(await problems(`{ "nodes": [ ${wrong} ], "edges": [] }`, language), ['"1.5"']);
  });
}
