// The command that checks every graph of the workspace, opened or not.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import { type Finding, readReport } from "./report";
import { type Settings, validateArguments } from "./settings";

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

export class Validation implements vscode.Disposable {
  readonly #found = vscode.languages.createDiagnosticCollection("relance");
  readonly #subscription: vscode.Disposable;

  /** `isServed` tells of which documents the language server speaks: nothing is said of those twice. */
  constructor(readonly isServed: (document: vscode.TextDocument) => boolean) {
    this.#subscription = vscode.workspace.onDidOpenTextDocument((document) => {
      if (isServed(document)) this.#found.delete(document.uri);
    });
  }

  async run(settings: Settings): Promise<void> {
    const uris = await matching(settings.files);
    if (uris.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No file matches the setting `relance.files`."));
      return;
    }
    const title = vscode.l10n.t("Relance: validating {0} files", uris.length);
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () => {
      try {
        const findings = await validate(settings, uris.map((uri) => uri.fsPath));
        this.#show(findings);
        const all = [...findings.values()].flat();
        const count = (severity: Finding["severity"]) => all.filter((it) => it.severity === severity).length;
        void vscode.window.showInformationMessage(
          vscode.l10n.t("{0} files: {1} errors, {2} warnings.", findings.size, count("error"), count("warning")),
        );
      } catch (error) {
        void vscode.window.showErrorMessage(vscode.l10n.t("The validation failed: {0}", String(error)));
      }
    });
  }

  #show(findings: Map<string, Finding[]>): void {
    this.#found.clear();
    const served = new Set(vscode.workspace.textDocuments.filter(this.isServed).map((it) => it.uri.toString()));
    for (const [file, found] of findings) {
      const uri = vscode.Uri.file(file);
      if (!served.has(uri.toString())) this.#found.set(uri, found.map(diagnostic));
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#found.dispose();
  }
}

/** The files on a disk that match any of the globs, each once. */
async function matching(globs: string[]): Promise<vscode.Uri[]> {
  const found = (await Promise.all(globs.map((glob) => vscode.workspace.findFiles(glob, "**/node_modules/**")))).flat();
  const files = found.filter((uri) => uri.scheme === "file");
  return [...new Map(files.map((uri) => [uri.toString(), uri])).values()];
}

function validate(settings: Settings, files: string[]): Promise<Map<string, Finding[]>> {
  const args = validateArguments(settings, vscode.env.language, files);
  const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return new Promise((resolve, reject) => {
    execFile(settings.path, args, { cwd, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      // Exit code 1: there are errors, and the report tells them.
      if (error && error.code !== 1) reject(new Error(stderr.trim() || error.message));
      else resolve(readReport(stdout, (file) => readFileSync(file, "utf8")));
    });
  });
}

function diagnostic({ code, severity, message, start, end }: Finding): vscode.Diagnostic {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const shown = new vscode.Diagnostic(range, message, SEVERITIES[severity]);
  shown.source = "relance";
  shown.code = code;
  return shown;
}
