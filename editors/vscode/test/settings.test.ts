import assert from "node:assert/strict";
import { test } from "node:test";
import { initializationOptions, readSettings, spokenLanguage, validateArguments } from "../src/settings";

const usual = readSettings((_, value) => value);

test("a blank path means the program on the PATH", () => {
  assert.equal(readSettings(<T>(name: string, value: T) => (name === "path" ? ("  " as T) : value)).path, "relance");
});

test("the language is the editor's unless one is chosen", () => {
  assert.equal(spokenLanguage(usual, "fr-CA"), "fr");
  assert.equal(spokenLanguage(usual, "de"), "en");
  assert.equal(spokenLanguage(usual, "frr"), "en");
  assert.equal(spokenLanguage({ ...usual, language: "fr" }, "en"), "fr");
});

test("what is left to the program is not said to the server", () => {
  assert.deepEqual(initializationOptions(usual, "en"), { language: "en" });
  const chosen = { ...usual, environment: "development" as const };
  assert.deepEqual(initializationOptions(chosen, "fr"), { language: "fr", environment: "development" });
});

test("another configuration is named to the server and on the command line", () => {
  const chosen = readSettings(<T>(name: string, value: T) => (name === "config" ? (" autre.toml " as T) : value));
  assert.deepEqual(initializationOptions(chosen, "en"), { language: "en", config: "autre.toml" });
  assert.deepEqual(validateArguments(chosen, "en", ["a.json"]), [
    "validate", "--format", "json", "--config=autre.toml", "--lang", "en", "--", "a.json",
  ]);
});

test("files stand behind two dashes, so that none is taken for an option", () => {
  assert.deepEqual(validateArguments({ ...usual, environment: "production" }, "en", ["--lang"]), [
    "validate", "--format", "json", "--env", "production", "--lang", "en", "--", "--lang",
  ]);
});
