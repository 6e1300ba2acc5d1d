// The JSON language service as VS Code runs it, with one schema for every document.
import { readFileSync } from "node:fs";
import languageService from "vscode-json-languageservice";
import { accepted } from "./snippet.js";

const { ClientCapabilities, getLanguageService, InsertTextFormat, TextDocument } = languageService;

export const LANGUAGES = ["en", "fr"];
const root = new URL("../../", import.meta.url);

export function schema(kind, language) {
  return JSON.parse(readFileSync(new URL(`schemas/editor/${kind}.${language}.schema.json`, root), "utf8"));
}

export class Editor {
  #service = getLanguageService({ clientCapabilities: ClientCapabilities.LATEST });

  constructor(kind, language) {
    const schemas = [{ uri: "relance:schema", fileMatch: ["*"], schema: schema(kind, language) }];
    this.#service.configure({ validate: true, schemas });
  }

  #open(text) {
    const document = TextDocument.create("file:///document.json", "json", 1, text);
    return [document, this.#service.parseJSONDocument(document)];
  }

  /** What is underlined: range, message, and the offset where it begins. */
  async diagnostics(text) {
    const [document, parsed] = this.#open(text);
    const settings = { comments: "error", trailingCommas: "error" };
    const found = await this.#service.doValidation(document, parsed, settings);
    return found.map(({ range, message }) => ({ range, message, offset: document.offsetAt(range.start) }));
  }

  /** The Markdown shown at an offset. */
  async hover(text, offset) {
    const [document, parsed] = this.#open(text);
    const hover = await this.#service.doHover(document, document.positionAt(offset), parsed);
    return (hover?.contents ?? []).join("\n");
  }

  /** What is offered at an offset, in the order in which it is shown, with the text that accepting each gives. */
  async completion(text, offset) {
    const [document, parsed] = this.#open(text);
    const { items } = await this.#service.doComplete(document, document.positionAt(offset), parsed);
    const key = (item) => item.sortText ?? item.label;
    items.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    return items.map((item) => {
      const { newText } = item.textEdit;
      const inserted = item.insertTextFormat === InsertTextFormat.Snippet ? accepted(newText) : newText;
      const edit = { ...item.textEdit, newText: inserted };
      return {
        label: item.label,
        detail: item.detail ?? item.labelDetails?.description,
        documentation: item.documentation?.value ?? item.documentation ?? "",
        snippet: newText,
        result: TextDocument.applyEdits(document, [edit]),
      };
    });
  }
}
