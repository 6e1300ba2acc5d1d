// Relance in VS Code: the language server where the program is installed, the schema where it is not.
import * as vscode from "vscode";
import { Schema } from "./schema";
import { isServed, Server } from "./server";
import { readSettings, type Settings, spokenLanguage } from "./settings";
import { Status } from "./status";
import { Validation } from "./validation";

export function activate(context: vscode.ExtensionContext): void {
  const schema = new Schema(context.asAbsolutePath("dist/schemas"));
  const server = new Server();
  const status = new Status();
  const validation = new Validation((document) => server.health === "running" && isServed(document, settings()));

  const show = () => {
    status.show(server.health, settings());
    if (server.health === "running" || server.health === "starting") schema.rest();
    else schema.speak(spokenLanguage(settings(), vscode.env.language));
  };
  const open = async (document: vscode.TextDocument) => {
    if (isServed(document, settings())) await server.ensure(settings());
  };
  const restart = async () => {
    const isNeeded = vscode.workspace.textDocuments.some((document) => isServed(document, settings()));
    await (isNeeded ? server.restart(settings()) : server.stop());
    show();
  };

  context.subscriptions.push(
    schema,
    server,
    status,
    validation,
    server.onDidChange(show),
    vscode.workspace.onDidOpenTextDocument(open),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("relance") && !change.affectsConfiguration("relance.trace")) await restart();
    }),
    vscode.commands.registerCommand("relance.validate", () => validation.run(settings())),
    vscode.commands.registerCommand("relance.restart", restart),
    vscode.commands.registerCommand("relance.showLog", () => server.showLog()),
  );
  show();
  vscode.workspace.textDocuments.forEach((document) => void open(document));
}

function settings(): Settings {
  const configuration = vscode.workspace.getConfiguration("relance");
  return readSettings((name, usual) => configuration.get(name, usual));
}
