// Whether the language server runs, where the editor shows what it knows of the language of a file.
import * as vscode from "vscode";
import type { Health } from "./lifecycle";
import type { Settings } from "./settings";

export class Status implements vscode.Disposable {
  readonly #item = vscode.languages.createLanguageStatusItem("relance", []);

  constructor() {
    this.#item.name = "Relance";
    this.#item.command = { command: "relance.showLog", title: vscode.l10n.t("Show Log") };
  }

  show(health: Health, settings: Settings): void {
    this.#item.selector = settings.files.map((pattern) => ({ pattern }));
    this.#item.busy = health === "starting";
    this.#item.severity =
      health === "failed" ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    this.#item.text = words(health);
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function words(health: Health): string {
  switch (health) {
    case "starting":
      return vscode.l10n.t("Relance: the language server is starting");
    case "running":
      return vscode.l10n.t("Relance: findings as you type");
    case "resting":
    case "failed":
      return vscode.l10n.t("Relance: schema only, the language server does not run");
  }
}
