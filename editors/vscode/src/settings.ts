// What the author has chosen, as the program wants to hear it. Nothing here knows the editor.

export interface Settings {
  path: string;
  files: string[];
  language: "auto" | "en" | "fr";
  environment: "auto" | "production" | "development";
  /** Another file than `relance.toml`; blank: that. */
  config: string;
}

/** How a settings value is asked for. */
export type Lookup = <T>(name: string, usual: T) => T;

export function readSettings(get: Lookup): Settings {
  return {
    path: get("path", "").trim() || "relance",
    files: get<string[]>("files", []),
    language: get<Settings["language"]>("language", "auto"),
    environment: get<Settings["environment"]>("environment", "auto"),
    config: get("config", "").trim(),
  };
}

/** The language to speak, given that of the editor's own words. */
export function spokenLanguage(settings: Settings, editor: string): "en" | "fr" {
  if (settings.language !== "auto") return settings.language;
  return /^fr\b/i.test(editor) ? "fr" : "en";
}

/** `initializationOptions` of the language server. What is left to the program is left out. */
export function initializationOptions(settings: Settings, editor: string): Record<string, string> {
  const options: Record<string, string> = { language: spokenLanguage(settings, editor) };
  if (settings.environment !== "auto") options["environment"] = settings.environment;
  if (settings.config !== "") options["config"] = settings.config;
  return options;
}

/** The arguments that have files checked by the command line. */
export function validateArguments(settings: Settings, editor: string, files: string[]): string[] {
  const environment = settings.environment === "auto" ? [] : ["--env", settings.environment];
  // In one argument: a name that begins with dashes is no option.
  const config = settings.config === "" ? [] : [`--config=${settings.config}`];
  const language = ["--lang", spokenLanguage(settings, editor)];
  return ["validate", "--format", "json", ...environment, ...config, ...language, "--", ...files];
}
