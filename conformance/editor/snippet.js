// What an editor leaves in the text when the author accepts every placeholder of a snippet as it is.

const ESCAPED = /^\\([$}\\])/;
const ESCAPED_IN_CHOICE = /^\\([$}\\,|])/;

/** The text of a snippet in the grammar of the Language Server Protocol, without variables and transformations. */
export function accepted(snippet) {
  const values = new Map();
  const parts = [];
  parse(snippet, 0, parts, values, false);
  return text(parts, values);
}

/** Reads from `at` into `parts` and returns where it stopped: at the end or, inside a placeholder, after its `}`. */
function parse(snippet, at, parts, values, nested) {
  while (at < snippet.length) {
    const rest = snippet.slice(at);
    const escaped = ESCAPED.exec(rest);
    const stop = /^\$(\d+)|^\$\{(\d+)\}/.exec(rest);
    const open = /^\$\{(\d+)([:|])/.exec(rest);
    if (escaped) {
      parts.push(escaped[1]);
      at += 2;
    } else if (stop) {
      parts.push({ place: stop[1] ?? stop[2] });
      at += stop[0].length;
    } else if (open && open[2] === ":") {
      const inner = [];
      at = parse(snippet, at + open[0].length, inner, values, true);
      define(values, open[1], inner);
      parts.push({ place: open[1] });
    } else if (open) {
      const [first, end] = choice(snippet, at + open[0].length);
      define(values, open[1], [first]);
      parts.push({ place: open[1] });
      at = end;
    } else if (nested && rest[0] === "}") {
      return at + 1;
    } else if (rest[0] === "$") {
      throw new Error(`a snippet with a bare $: ${snippet}`);
    } else {
      parts.push(rest[0]);
      at += 1;
    }
  }
  if (nested) throw new Error(`a placeholder is not closed: ${snippet}`);
  return at;
}

/** The first word of a choice, and where the choice ends. */
function choice(snippet, at) {
  let first = "";
  let done = false;
  while (!snippet.startsWith("|}", at)) {
    if (at >= snippet.length) throw new Error(`a choice is not closed: ${snippet}`);
    const escaped = ESCAPED_IN_CHOICE.exec(snippet.slice(at));
    const character = escaped ? escaped[1] : snippet[at];
    done ||= !escaped && character === ",";
    if (!done) first += character;
    at += escaped ? 2 : 1;
  }
  return [first, at + 2];
}

function define(values, place, parts) {
  if (values.has(place)) throw new Error(`place ${place} has two texts`);
  values.set(place, parts);
}

function text(parts, values) {
  return parts.map((part) => (typeof part === "string" ? part : text(values.get(part.place) ?? [], values))).join("");
}
