// The language server: `relance lsp`, started when the first graph is opened.
import * as vscode from "vscode";
import { LanguageClient, State, TransportKind } from "vscode-languageclient/node";
import { type Health, Lifecycle, type Startable } from "./lifecycle";
import { initializationOptions, type Settings } from "./settings";

export class Server implements vscode.Disposable {
  readonly #log = vscode.window.createOutputChannel("Relance", { log: true });
  readonly #changed = new vscode.EventEmitter<Health>();
  readonly onDidChange = this.#changed.event;
  readonly #lifecycle = new Lifecycle<Settings>(
    (settings) => new Client(settings, this.#log),
    (health) => this.#changed.fire(health),
    (error, settings) => this.#explain(error, settings),
  );
  /** The program whose failure was told last: one that is tried again at each graph is not told of each time. */
  #told: string | undefined;

  get health(): Health {
    return this.#lifecycle.health;
  }

  /** Starts the server unless it runs. */
  async ensure(settings: Settings): Promise<void> {
    await this.#lifecycle.ensure(settings);
  }

  /** Starts the server with these settings, in place of one that runs. */
  async restart(settings: Settings): Promise<void> {
    this.#told = undefined;
    await this.#lifecycle.restart(settings);
  }

  async stop(): Promise<void> {
    this.#told = undefined;
    await this.#lifecycle.stop();
  }

  showLog(): void {
    this.#log.show();
  }

  #explain(error: unknown, settings: Settings): void {
    this.#log.error(String(error));
    if (this.#told === settings.path) return;
    this.#told = settings.path;
    // Nobody waits for the answer: the message may stand there for hours.
    void this.#ask(settings);
  }

  async #ask(settings: Settings): Promise<void> {
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

/** The language client of the library, which would tell of a start that failed in words of its own, beside ours. */
class Quiet extends LanguageClient {
  override error(message: string, data?: unknown, showNotification?: boolean | "force"): void {
    super.error(message, data, this.state === State.Running ? showNotification : false);
  }
}

class Client implements Startable {
  readonly #client: LanguageClient;

  constructor(settings: Settings, log: vscode.LogOutputChannel) {
    this.#client = new Quiet("relance", "Relance", serverOptions(settings), {
      documentSelector: selector(settings),
      initializationOptions: initializationOptions(settings, vscode.env.language),
      outputChannel: log,
      initializationFailedHandler: () => false,
    });
  }

  async start(onHealth: (health: Health) => void): Promise<void> {
    await this.#client.start();
    this.#client.onDidChangeState(({ newState }) => onHealth(healthOf(newState)));
  }

  async stop(): Promise<void> {
    await this.#client.dispose();
  }
}

function healthOf(state: State): Health {
  switch (state) {
    case State.Starting:
      return "starting";
    case State.Running:
      return "running";
    default:
      return "failed";
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
