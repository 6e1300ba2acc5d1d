// The schema of `*.relance.json`, for as long as the language server does not speak of them.
//
// One mistake should be told once, by whoever knows most. While the server runs, the JSON service of the editor is given a schema
// without rules; otherwise that of graphs and blocks, in the author's language.
import { readFileSync } from "node:fs";
import * as vscode from "vscode";

const SCHEME = "relance-schema";
const ADDRESS = vscode.Uri.parse(`${SCHEME}:/document.schema.json`);

export class Schema implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  #content = "{}";

  constructor(readonly folder: string) {}

  /** Gives way to the language server. */
  rest(): void {
    this.#set("{}");
  }

  /** Checks and completes in a language. */
  speak(language: string): void {
    this.#set(readFileSync(`${this.folder}/document.${language}.schema.json`, "utf8"));
  }

  provideTextDocumentContent(): string {
    return this.#content;
  }

  #set(content: string): void {
    if (content === this.#content) return;
    this.#content = content;
    this.#changed.fire(ADDRESS);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
