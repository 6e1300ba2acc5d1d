// Draws `icon.png`, which stores ask for, from `icon.svg`.
import { readFileSync, writeFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";

const file = (name) => new URL(`../${name}`, import.meta.url);
const drawing = new Resvg(readFileSync(file("icon.svg"), "utf8"), { fitTo: { mode: "width", value: 256 } });
writeFileSync(file("icon.png"), drawing.render().asPng());
