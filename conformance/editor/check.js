// What VS Code shows with the editors' schemas, case by case. `node check.js --update` writes what it shows into the cases.
//
// A case is a file: the schema on the first line, a document in which `¦` marks the cursor, then, after `--- en` and `--- fr`, what is
// shown in each language. The folder says what is looked at. The program `relance`, named by the variable RELANCE, judges the same
// documents: a mistake must be one thing at one place for both, and what a snippet inserts must be clean.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNodeAtOffset, getNodePath, parseTree } from "jsonc-parser";
import { Editor, LANGUAGES, schema } from "./service.js";

const MARK = "¦";
const LOOKS = { completion, hover, mistakes, snippets };
const update = process.argv.includes("--update");
const folder = new URL("cases/", import.meta.url);

const editors = new Map();
const editor = (kind, language) => {
  const key = `${kind}.${language}`;
  if (!editors.has(key)) editors.set(key, new Editor(kind, language));
  return editors.get(key);
};

/** Documents for the program to judge, with what must be true of its answer. */
const questions = [];
/** The parameters that were looked at, by folder. */
const seen = Object.fromEntries(Object.keys(LOOKS).map((look) => [look, new Set()]));
let passed = 0;
const failures = [];

for (const look of Object.keys(LOOKS)) {
  for (const file of readdirSync(new URL(`${look}/`, folder)).sort()) {
    await run(look, `${look}/${file}`);
  }
}
judge();
covered();
failures.forEach((failure) => console.error(failure));
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;

async function run(look, name) {
  const url = new URL(name, folder);
  const [head, ...expected] = readFileSync(url, "utf8").split(/^--- (?:en|fr)\n/m);
  const kind = head.slice(0, head.indexOf("\n"));
  const [text, offsets] = cursors(head.slice(kind.length + 1));
  const shown = [];
  for (const language of LANGUAGES) {
    shown.push(await LOOKS[look](editor(kind, language), text, offsets, `${name} (${language})`));
  }
  if (update) {
    const told = LANGUAGES.map((language, at) => `--- ${language}\n${shown[at]}`);
    writeFileSync(url, head + told.join(""));
  }
  LANGUAGES.forEach((language, at) => {
    const right = update || shown[at] === expected[at];
    tell(right, `${name} (${language}): expected\n${expected[at]}but there is\n${shown[at]}`);
  });
}

function tell(right, failure) {
  if (right) passed += 1;
  else failures.push(failure);
}

function cursors(marked) {
  const parts = marked.split(MARK);
  const offsets = [];
  parts.slice(0, -1).reduce((offset, part) => (offsets.push(offset + part.length), offset + part.length), 0);
  return [parts.join(""), offsets];
}

/** What is offered: label, detail, the first line of its documentation and, where it is one line, the snippet. */
async function completion(service, text, [offset]) {
  const lines = [];
  for (const item of await service.completion(text, offset)) {
    seen.completion.add(item.label);
    const detail = item.detail ? ` (${item.detail})` : "";
    lines.push(`* ${item.label}${detail}: ${item.documentation.split("\n")[0]}\n`);
    if (!item.snippet.includes("\n")) lines.push(`  ${item.snippet}\n`);
  }
  return lines.join("");
}

/** The Markdown at each cursor, after the text that it is shown for. */
async function hover(service, text, offsets) {
  const lines = [];
  for (const offset of offsets) {
    const node = findNodeAtOffset(parseTree(text), offset);
    seen.hover.add(node.value);
    lines.push(`[${text.substr(node.offset, node.length)}]\n${await service.hover(text, offset)}\n`);
  }
  return lines.join("");
}

/** The one thing that is underlined. */
async function mistakes(service, text, _offsets, name) {
  const found = await service.diagnostics(text);
  tell(found.length === 1, `${name}: one mistake gives ${found.length} messages`);
  for (const { offset } of found) {
    const path = getNodePath(findNodeAtOffset(parseTree(text), offset));
    seen.mistakes.add(path.at(-1));
    const pointer = path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    questions.push({ text, name, holds: (answer) => saysTheSame(answer, pointer) });
  }
  const lines = found.map(({ range: { start, end }, message }) => {
    const underlined = text.split("\n")[start.line].slice(start.character, start.line === end.line ? end.character : undefined);
    return `${start.line + 1}:${start.character + 1} ${underlined}\n  ${message}\n`;
  });
  return lines.join("");
}

/** What is offered, each of which must leave a clean document when it is taken. */
async function snippets(service, text, [offset], name) {
  const lines = [];
  for (const item of await service.completion(text, offset)) {
    lines.push(`* ${item.label}\n`);
    questions.push({ text: item.result, name: `${name}: ${item.label}`, holds: isClean });
  }
  return lines.join("");
}

function saysTheSame({ diagnostics }, pointer) {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const places = errors.map((error) => error.pointer);
  return places.length === 1 && places[0] === pointer ? null : `an editor points at ${pointer}, relance at [${places}]`;
}

function isClean({ diagnostics }) {
  const codes = diagnostics.map(({ code }) => code);
  return codes.length === 0 ? null : `relance finds [${codes}]`;
}

/** Asks the program about all documents at once. */
function judge() {
  const program = process.env.RELANCE;
  if (!program) throw new Error("the variable RELANCE must name the program");
  const scratch = mkdtempSync(join(tmpdir(), "relance-editor-"));
  try {
    const files = questions.map(({ text }, at) => {
      const file = join(scratch, `${at}.json`);
      writeFileSync(file, text);
      return file;
    });
    const answers = validate(program, files);
    questions.forEach(({ name, text, holds }, at) => {
      const wrong = holds(answers[at]);
      tell(wrong === null, `${name}: ${wrong} in\n${text}`);
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function validate(program, files) {
  const args = ["validate", "--format", "json", ...files];
  try {
    return JSON.parse(execFileSync(program, args, { encoding: "utf8" })).files;
  } catch (error) {
    // Exit code 1: there are errors, as there should be.
    if (error.status !== 1) throw error;
    return JSON.parse(error.stdout).files;
  }
}

/** No parameter may be forgotten. */
function covered() {
  const definitions = Object.values(schema("block", "en").$defs);
  const actions = definitions.filter((it) => it.additionalProperties === false);
  const parameters = new Set(actions.flatMap((it) => Object.keys(it.properties)));
  for (const look of ["completion", "hover", "mistakes"]) {
    for (const parameter of parameters) {
      tell(seen[look].has(parameter), `${look}: no case looks at ${parameter}`);
    }
  }
}
