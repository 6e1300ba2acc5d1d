import assert from "node:assert/strict";
import { test } from "node:test";
import { type Health, Lifecycle, type Startable } from "../src/lifecycle";

/** A server that starts when it is told to, and notes what is done with it. */
class Fake implements Startable {
  onHealth: (health: Health) => void = () => undefined;
  succeed!: () => void;
  fail!: () => void;
  readonly #started = new Promise<void>((resolve, reject) => {
    this.succeed = resolve;
    this.fail = () => reject(new Error("there is no such program"));
  });

  constructor(
    readonly settings: string,
    readonly noted: string[],
  ) {}

  start(onHealth: (health: Health) => void): Promise<void> {
    this.noted.push(`start ${this.settings}`);
    this.onHealth = onHealth;
    return this.#started;
  }

  stop(): Promise<void> {
    this.noted.push(`stop ${this.settings}`);
    return Promise.resolve();
  }
}

function scene(failed: (error: unknown, settings: string) => void = () => undefined) {
  const noted: string[] = [];
  const fakes: Fake[] = [];
  const make = (settings: string) => {
    const fake = new Fake(settings, noted);
    fakes.push(fake);
    return fake;
  };
  const lifecycle = new Lifecycle<string>(make, (health) => noted.push(health), failed);
  /** The server that was made last, once it was told to start. */
  const fake = async () => {
    await new Promise(setImmediate);
    return fakes.at(-1)!;
  };
  return { lifecycle, noted, fake };
}

test("graphs that are opened together start one server", async () => {
  const { lifecycle, noted, fake } = scene();
  const both = Promise.all([lifecycle.ensure("a"), lifecycle.ensure("a")]);
  (await fake()).succeed();
  await both;
  assert.deepEqual(noted, ["starting", "start a", "running"]);
});

test("a graph that is opened after a failure tries again", async () => {
  const failures: unknown[] = [];
  const { lifecycle, noted, fake } = scene((_, settings) => failures.push(settings));
  const first = lifecycle.ensure("a");
  (await fake()).fail();
  await first;
  assert.equal(lifecycle.health, "failed");
  const second = lifecycle.ensure("a");
  (await fake()).succeed();
  await second;
  assert.equal(lifecycle.health, "running");
  assert.deepEqual(failures, ["a"]);
  assert.deepEqual(noted, ["starting", "start a", "failed", "stop a", "resting", "starting", "start a", "running"]);
});

test("a restart waits for nobody who reads a message", async () => {
  // As a message that nobody dismisses.
  const { lifecycle, fake } = scene(() => new Promise(() => undefined));
  const first = lifecycle.ensure("a");
  (await fake()).fail();
  await first;
  const again = lifecycle.restart("b");
  (await fake()).succeed();
  await again;
  assert.equal(lifecycle.health, "running");
});

test("a restart that comes while the server starts takes its place", async () => {
  const { lifecycle, noted, fake } = scene();
  const first = lifecycle.ensure("a");
  const again = lifecycle.restart("b");
  (await fake()).succeed();
  await first;
  (await fake()).succeed();
  await again;
  assert.deepEqual(noted, ["starting", "start a", "running", "stop a", "resting", "starting", "start b", "running"]);
});

test("a server that breaks off and comes back runs", async () => {
  const { lifecycle, noted, fake } = scene();
  const started = lifecycle.ensure("a");
  const server = await fake();
  server.succeed();
  await started;
  for (const health of ["failed", "starting", "running"] as const) server.onHealth(health);
  assert.deepEqual(noted.slice(3), ["failed", "starting", "running"]);
});

test("what becomes of a server that was stopped concerns nobody", async () => {
  const { lifecycle, fake } = scene();
  const started = lifecycle.ensure("a");
  const server = await fake();
  server.succeed();
  await started;
  await lifecycle.stop();
  server.onHealth("failed");
  assert.equal(lifecycle.health, "resting");
});
