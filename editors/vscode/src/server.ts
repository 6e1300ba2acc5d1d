// The language server: `relance lsp`, started when the first graph is opened.
import * as vscode from "vscode";
import { LanguageClient, State, TransportKind } from "vscode-languageclient/node";
import { initializationOptions, type Settings } from "./settings";

export type Health = "resting" | "starting" | "running" | "failed";

export class Server implements vscode.Disposable {
  readonly #log = vscode.window.createOutputChannel("Relance", { log: true });
  readonly #changed = new vscode.EventEmitter<Health>();
  readonly onDidChange = this.#changed.event;
  #client: LanguageClient | undefined;
  #health: Health = "resting";

  get health(): Health {
    return this.#health;
  }

  /** Starts the server with these settings, in place of one that runs. */
  async start(settings: Settings): Promise<void> {
    await this.stop();
    this.#become("starting");
    const client = new LanguageClient("relance", "Relance", serverOptions(settings), {
      documentSelector: selector(settings),
      initializationOptions: initializationOptions(settings, vscode.env.language),
      outputChannel: this.#log,
      // A program that is not installed is told once, with what to do about it.
      initializationFailedHandler: () => false,
    });
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.#client === client && newState === State.Stopped) this.#become("failed");
    });
    try {
      await client.start();
      if (this.#client === client) this.#become("running");
    } catch (error) {
      this.#log.error(String(error));
      if (this.#client === client) this.#become("failed");
      await this.#explain(settings);
    }
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client?.isRunning()) await client.stop();
    await client?.dispose().catch(() => undefined);
    this.#become("resting");
  }

  showLog(): void {
    this.#log.show();
  }

  #become(health: Health): void {
    if (health === this.#health) return;
    this.#health = health;
    this.#changed.fire(health);
  }

  async #explain(settings: Settings): Promise<void> {
    const open = vscode.l10n.t("Open Settings");
    const show = vscode.l10n.t("Show Log");
    const message = vscode.l10n.t("`{0}` could not be started: install relance, or set its path.", settings.path);
    const answer = await vscode.window.showErrorMessage(message, open, show);
    if (answer === open) await vscode.commands.executeCommand("workbench.action.openSettings", "relance.path");
    if (answer === show) this.showLog();
  }

  dispose(): void {
    void this.stop().finally(() => {
      this.#changed.dispose();
      this.#log.dispose();
    });
  }
}

/** Whether the server speaks of a document. */
export function isServed(document: vscode.TextDocument, settings: Settings): boolean {
  return vscode.languages.match(selector(settings), document) > 0;
}

function selector(settings: Settings): { scheme: string; pattern: string }[] {
  return settings.files.map((pattern) => ({ scheme: "file", pattern }));
}

function serverOptions({ path }: Settings) {
  return { command: path, args: ["lsp"], transport: TransportKind.stdio };
}
