import assert from "node:assert/strict";
import { test } from "node:test";
import { readReport } from "../src/report";

const report = (column: number, help: string[] = []) =>
  JSON.stringify({
    version: 1,
    files: [
      {
        file: "a.relance.json",
        diagnostics: [
          {
            code: "out-of-range",
            severity: "error",
            message: "too long",
            help,
            span: { start: { line: 2, column }, end: { line: 2, column: column + 2 } },
          },
        ],
      },
      { file: "b.relance.json", diagnostics: [] },
    ],
  });

test("columns of characters become columns of UTF-16", () => {
  const [finding] = readReport(report(3), () => "{\n🎉x12\n}").get("a.relance.json") ?? [];
  assert.deepEqual(finding?.start, { line: 1, character: 3 });
  assert.deepEqual(finding?.end, { line: 1, character: 5 });
});

test("help follows the message, and a clean file has no findings", () => {
  const found = readReport(report(1, ["leave it empty"]), () => "\nabc");
  assert.equal(found.get("a.relance.json")?.[0]?.message, "too long\nleave it empty");
  assert.deepEqual(found.get("b.relance.json"), []);
});

test("a report of another version is refused", () => {
  assert.throws(() => readReport('{"version":2,"files":[]}', () => ""), /version 2/);
});
