// Writes a graph as a person does, key by key, with the client library of VS Code, and looks at what the language server answers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import protocol from "vscode-languageserver-protocol/node.js";
import { TextDocument } from "vscode-languageserver-textdocument";

const {
  CodeActionRequest, CompletionRequest, DefinitionRequest, DidChangeTextDocumentNotification, DidOpenTextDocumentNotification,
  DocumentSymbolRequest, ExitNotification, HoverRequest, InitializeRequest, InitializedNotification, PrepareRenameRequest,
  PublishDiagnosticsNotification, ReferencesRequest, RenameRequest, ShutdownRequest, StreamMessageReader, StreamMessageWriter,
  createProtocolConnection,
} = protocol;

const uri = "file:///relance.json";
const textDocument = { uri };

/** A document in an editor: what is typed in it goes to the server, change by change. */
class Editor {
  constructor(language) {
    this.server = spawn(process.env.RELANCE, ["lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.server.stdout),
      new StreamMessageWriter(this.server.stdin),
    );
    // Listened for from the start: it may come before anybody asks.
    this.ended = new Promise((resolve) => this.server.on("exit", resolve));
    this.language = language;
    this.published = new Map();
    this.waiting = [];
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ version, diagnostics }) => {
      this.published.set(version, diagnostics);
      this.waiting = this.waiting.filter((look) => !look());
    });
    this.connection.listen();
  }

  async open(text) {
    await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        textDocument: {
          completion: { completionItem: { snippetSupport: true } },
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
          documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        },
      },
      initializationOptions: { language: this.language },
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    this.document = TextDocument.create(uri, "json", 1, text);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: "json", version: 1, text },
    });
  }

  /** Applies edits as an editor does: one change for each, the last of the text first. */
  async apply(edits) {
    const contentChanges = edits
      .map(({ range, newText }) => ({ range, text: newText }))
      .sort((a, b) => this.document.offsetAt(b.range.start) - this.document.offsetAt(a.range.start));
    const version = this.document.version + 1;
    this.document = TextDocument.update(this.document, contentChanges, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  /** Types at the mark, a character at a time, and moves on. */
  async type(text) {
    for (const character of text) {
      const position = this.document.positionAt(this.cursor);
      await this.apply([{ range: { start: position, end: position }, newText: character }]);
      this.cursor += character.length;
    }
  }

  place(text, into = text.length) {
    const start = this.document.getText().indexOf(text);
    assert.notEqual(start, -1, `${text} is not there`);
    return start + into;
  }

  ask(type, offset = this.cursor, more = {}) {
    return this.connection.sendRequest(type, { textDocument, position: this.document.positionAt(offset), ...more });
  }

  /** Takes what a completion offers under that name. */
  async choose(label) {
    const items = await this.ask(CompletionRequest.type);
    const item = items.find((it) => it.label === label);
    assert.ok(item, `${label} is not among ${items.map((it) => it.label).join(", ")}`);
    const { range } = item.textEdit;
    const typed = this.document.getText({ start: range.start, end: this.document.positionAt(this.cursor) });
    assert.ok(item.filterText.startsWith(typed), `${item.filterText} does not begin with ${typed}`);
    // Without its stops, as a person fills them in.
    const newText = item.textEdit.newText.replace(/\$\{\d+\|([^,|]*)[^}]*\}|\$\{\d+:([^}]*)\}|\$\d+/g, "$1$2").replace(/\\(.)/g, "$1");
    const start = this.document.offsetAt(range.start);
    await this.apply([{ range, newText }, ...(item.additionalTextEdits ?? [])]);
    const before = (item.additionalTextEdits ?? []).reduce((sum, edit) => sum + edit.newText.length, 0);
    this.cursor = start + before + newText.length;
    return items;
  }

  findings() {
    const { version } = this.document;
    return new Promise((resolve) => {
      const look = () => this.published.has(version) && (resolve(this.published.get(version)), true);
      if (!look()) this.waiting.push(look);
    });
  }

  async close() {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    assert.equal(await this.ended, 0);
  }
}

const start = `{
  "nodes": [
    { "id": "rediger", "type": "action", "position": { "x": 0, "y": 0 },
      "data": { "label": "Rédiger 😀", "parameters": { "action_type": "ai_reply" } } },
    { "id": "envoyer", "type": "action", "position": { "x": 240, "y": 0 },
      "data": { "label": "Envoyer", "parameters": {  } } }
  ],
  "edges": []
}
`;

const tests = {
  async "a block is written by completion alone, and nothing is wrong with it"(editor) {
    await editor.open(start);
    editor.cursor = editor.document.getText().lastIndexOf('"parameters": { ') + '"parameters": { '.length;
    await editor.choose("action_type");
    await editor.type(", ");
    const offered = await editor.choose("http_method");
    assert.deepEqual(offered.slice(0, 2).map((it) => it.detail), ["required", "required"]);
    editor.cursor = editor.place('"http_method": "');
    await editor.choose("POST");
    await editor.type(', "u');
    await editor.choose("url");
    // Back into the URL, before its closing quote.
    editor.cursor = editor.place('"https://');
    await editor.type("api.exemple.com/relances");
    editor.cursor = editor.place('"https://api.exemple.com/relances"');
    await editor.type(', "b');
    const bodies = (await editor.ask(CompletionRequest.type)).map((it) => it.label);
    assert.ok(bodies.includes("body_json"));
    await editor.choose("body_json");
    // The completion wrote a member of two empty texts, escaped.
    assert.match(editor.document.getText(), /"body_json": "\{\\"\\": \\"\\"\}"/);
    editor.cursor = editor.place('"body_json": "{\\"');
    await editor.type("texte");
    editor.cursor = editor.place('\\"texte\\": \\"');
    await editor.type("{{ ");
    assert.deepEqual((await editor.ask(CompletionRequest.type)).map((it) => it.label), ["contact", "blocks", "run", "secrets"]);
    await editor.choose("blocks");
    await editor.type(".");
    assert.deepEqual(await editor.ask(CompletionRequest.type), [], "nothing comes before it yet");
    // The edge, then back.
    const here = editor.cursor;
    editor.cursor = editor.place('"edges": [');
    await editor.choose("edge");
    editor.cursor = editor.place('"source": "');
    await editor.choose("rediger");
    editor.cursor = editor.place('"target": "');
    assert.deepEqual((await editor.ask(CompletionRequest.type)).map((it) => it.label), ["envoyer"]);
    await editor.choose("envoyer");
    editor.cursor = here;
    await editor.choose("rediger");
    await editor.type(".t");
    await editor.choose("text");
    assert.match(editor.document.getText(), /\\"texte\\": \\"\{\{ blocks\.rediger\.text \}\}\\"/);
    assert.deepEqual(await editor.findings(), []);
    JSON.parse(editor.document.getText());
  },

  async "a finding inside JSON in text is mended where it stands"(editor) {
    await editor.open(start.replace('"parameters": {  }', '"parameters": { "action_type": "http_request", "http_method": "GET", "url": "https://api.exemple.com/", "timeout_seconds": 30, "headers_json": "{\\"X-É😀\\": 1}" }'));
    const findings = await editor.findings();
    assert.ok(findings.length >= 2);
    for (const finding of findings) {
      assert.equal(finding.source, "relance");
      assert.notEqual(editor.document.getText(finding.range), "");
    }
    const number = findings.find((it) => it.code === "number-not-text");
    assert.equal(editor.document.getText(number.range), "30");
    const actions = await editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument, range: number.range, context: { diagnostics: [number] },
    });
    const quick = actions.find((it) => it.kind === "quickfix" && it.isPreferred);
    assert.equal(quick.diagnostics[0].code, "number-not-text");
    await editor.apply(quick.edit.changes[uri]);
    assert.match(editor.document.getText(), /"timeout_seconds": "30"/);
    assert.ok(!(await editor.findings()).some((it) => it.code === "number-not-text"));
  },

  async "renaming changes the block, its edges and its references"(editor) {
    const parameters = '"action_type": "tag_contact", "tag": "{{ blocks.rediger.model }}"';
    const edge = '{ "id": "e1", "source": "rediger", "target": "envoyer" }';
    await editor.open(start.replace('"parameters": {  }', `"parameters": { ${parameters} }`).replace('"edges": []', `"edges": [${edge}]`));
    const reference = editor.place("blocks.redi");
    const { placeholder, range } = await editor.ask(PrepareRenameRequest.type, reference);
    assert.equal(placeholder, "rediger");
    assert.equal(editor.document.getText(range), "rediger");
    const { changes } = await editor.ask(RenameRequest.type, reference, { newName: "écrire à 😀" });
    await editor.apply(changes[uri]);
    const text = editor.document.getText();
    assert.match(text, /"id": "écrire à 😀"/);
    assert.match(text, /"source": "écrire à 😀"/);
    assert.match(text, /blocks\['écrire à 😀'\]\.model/);
    assert.ok(!text.includes('"rediger"'));
    assert.deepEqual((await editor.findings()).map((it) => it.code), []);
    const found = await editor.ask(ReferencesRequest.type, editor.place('"source": "éc'), { context: { includeDeclaration: true } });
    assert.equal(found.length, 3);
    const target = await editor.ask(DefinitionRequest.type, editor.place("['éc"));
    assert.equal(editor.document.getText(target.range), "écrire à 😀");
  },

  async "what a thing is, is told in the author's language"(editor) {
    await editor.open(start);
    const hover = await editor.ask(HoverRequest.type, editor.place("ai_re"));
    assert.match(hover.contents.value, /Générer une réponse IA/);
    const symbols = await editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument });
    assert.deepEqual(symbols[0].children.map((it) => it.name), ["Rédiger 😀", "Envoyer"]);
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  const editor = new Editor(name.includes("language") ? "fr" : "en");
  try {
    await test(editor);
    await editor.close();
  } catch (error) {
    failed += 1;
    editor.server.kill();
    console.error(`${name}:\n${error.stack}`);
  }
}
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
