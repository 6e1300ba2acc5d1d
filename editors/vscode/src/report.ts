// The report of `relance validate --format json`, with places as an editor counts them.
//
// The report counts lines and columns from 1, and columns in Unicode scalar values; an editor counts from 0, and in UTF-16 code units.

export interface Position {
  line: number;
  character: number;
}

export interface Finding {
  code: string;
  severity: "error" | "warning" | "info";
  message: string;
  start: Position;
  end: Position;
}

interface Place {
  line: number;
  column: number;
}

interface Report {
  version: number;
  files: {
    file: string;
    diagnostics: {
      code: string;
      severity: Finding["severity"];
      message: string;
      help: string[];
      span: { start: Place; end: Place };
    }[];
  }[];
}

/** The findings of each file, given a way to read its text. */
export function readReport(json: string, textOf: (file: string) => string): Map<string, Finding[]> {
  const report = JSON.parse(json) as Report;
  if (report.version !== 1) throw new Error(`a report of version ${report.version}`);
  const findings = new Map<string, Finding[]>();
  for (const { file, diagnostics } of report.files) {
    const lines = diagnostics.length > 0 ? textOf(file).split("\n") : [];
    findings.set(
      file,
      diagnostics.map(({ code, severity, message, help, span }) => ({
        code,
        severity,
        message: [message, ...help].join("\n"),
        start: position(lines, span.start),
        end: position(lines, span.end),
      })),
    );
  }
  return findings;
}

function position(lines: string[], { line, column }: Place): Position {
  const before = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("");
  return { line: line - 1, character: before.length };
}
