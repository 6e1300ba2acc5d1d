// When the language server is started, stopped and started again. Nothing here knows the editor.

export type Health = "resting" | "starting" | "running" | "failed";

/** What can be started: the language client of the editor, or what stands for it in a test. */
export interface Startable {
  /** Starts it. `onHealth` hears what becomes of it later: it may break off, and come back by itself. */
  start(onHealth: (health: Health) => void): Promise<void>;
  stop(): Promise<void>;
}

export class Lifecycle<Settings> {
  #current: Startable | undefined;
  #health: Health = "resting";
  /** Starts and stops wait for one another. */
  #turn: Promise<void> = Promise.resolve();

  /** `changed` hears of each change; `failed` of each start that did not succeed, and nobody waits for what it does. */
  constructor(
    readonly make: (settings: Settings) => Startable,
    readonly changed: (health: Health) => void,
    readonly failed: (error: unknown, settings: Settings) => void,
  ) {}

  get health(): Health {
    return this.#health;
  }

  /** Starts it unless it runs. One that failed is tried again: the program may have been installed since. */
  ensure(settings: Settings): Promise<void> {
    return this.#next(async () => {
      if (this.#health === "resting" || this.#health === "failed") await this.#start(settings);
    });
  }

  /** Stops it, and starts it with these settings. */
  restart(settings: Settings): Promise<void> {
    return this.#next(() => this.#start(settings));
  }

  stop(): Promise<void> {
    return this.#next(() => this.#stop());
  }

  #next(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act, act);
    return this.#turn;
  }

  async #start(settings: Settings): Promise<void> {
    await this.#stop();
    this.#become("starting");
    const started = this.make(settings);
    this.#current = started;
    try {
      await started.start((health) => {
        if (this.#current === started) this.#become(health);
      });
      this.#become("running");
    } catch (error) {
      this.#become("failed");
      this.failed(error, settings);
    }
  }

  async #stop(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    // One that failed may have nothing to stop, and says so.
    await current?.stop().catch(() => undefined);
    this.#become("resting");
  }

  #become(health: Health): void {
    if (health === this.#health) return;
    this.#health = health;
    this.changed(health);
  }
}
