// Builds what the package holds: the bundled extension, its schemas and its licence. With `--tests` also the tests.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { documentSchema } from "./document-schema.js";

const here = new URL("../", import.meta.url);
const root = new URL("../../", here);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const path = (name) => new URL(name, here).pathname;

rmSync(path("dist"), { recursive: true, force: true });
mkdirSync(path("dist/schemas"), { recursive: true });
const common = { bundle: true, platform: "node", target: "node20", logLevel: "warning" };
await build({
  ...common,
  entryPoints: [path("src/extension.ts")],
  outfile: path("dist/extension.cjs"),
  format: "cjs",
  external: ["vscode"],
  minify: true,
});

for (const language of ["en", "fr"]) {
  const [graph, block] = ["graph", "block"].map((kind) => JSON.parse(read(`schemas/editor/${kind}.${language}.schema.json`)));
  writeFileSync(path(`dist/schemas/document.${language}.schema.json`), JSON.stringify(documentSchema(graph, block)));
}

const licences = ["LICENSE-MIT", "LICENSE-APACHE"].map(read);
writeFileSync(path("LICENSE.txt"), `Under either of these two licences, at your option.\n\n${licences.join("\n\n")}`);

if (process.argv.includes("--tests")) {
  const tests = readdirSync(path("test")).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: tests.map((name) => path(`test/${name}`)),
    outdir: path("dist-test"),
    format: "esm",
    outExtension: { ".js": ".mjs" },
    packages: "external",
  });
}
