// What JSON.parse and a compiled ajv validator take, for `cargo xtask bench validate`. Each line that comes in is a question, each
// line that goes out the seconds of one time. The text is decoded beforehand, which is not counted.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Ajv2020 from "ajv/dist/2020.js";

const WARM_UP = 40;

const schema = JSON.parse(readFileSync(process.argv[2], "utf8"));
const validate = new Ajv2020({ strict: true }).compile(schema);
let document = { text: "{}", valid: false };

const mean = (times) => {
  const start = process.hrtime.bigint();
  for (let time = 0; time < times; time += 1) {
    if (validate(JSON.parse(document.text)) !== document.valid) throw new Error("the verdict is wrong");
  }
  return Number(process.hrtime.bigint() - start) / 1e9 / times;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { take, valid, times } = JSON.parse(line);
  if (take !== undefined) document = { text: readFileSync(take, "utf8"), valid };
  console.log(mean(times ?? WARM_UP));
}
