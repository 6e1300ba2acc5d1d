// Opens a graph in VS Code, in a browser without a window, and looks at what the docs promise. Each sight is kept as a picture.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [address, language, pictures] = process.argv.slice(2);
/** Longer than anything takes on a busy machine. */
const PATIENCE = 60_000;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(PATIENCE);

/** Waits until a text stands in a part of the screen, and takes a picture of all of it. */
async function sees(name, part, text) {
  const shown = page.locator(part).filter({ hasText: text }).first();
  try {
    await shown.waitFor();
  } finally {
    await page.screenshot({ path: `${pictures}/${name}.${language}.png` });
  }
  console.log(`${language}: ${name}`);
}

/** Puts the cursor at a place, as the protocol counts but from 1. The editor shows another column: to it an emoji is one. */
async function goTo(line, column) {
  await page.keyboard.press("Control+g");
  const asked = page.locator(".quick-input-widget .quick-input-box input");
  await asked.fill(`:${line}:${column}`);
  await asked.press("Enter");
  await page.locator(".quick-input-widget").first().waitFor({ state: "hidden" });
  await page.getByText(`Ln ${line}, Col `).first().waitFor();
}

const words = {
  en: {
    finding: "is at most 60 seconds, not 90",
    hover: "How long to wait for the whole answer",
    reference: "Later blocks read it as",
    fix: "write `0.4`",
  },
  fr: {
    finding: "vaut au plus 60 secondes, pas 90",
    hover: "Délai d'attente en secondes",
    reference: "Les blocs suivants",
    fix: "écrire `0.4`",
  },
}[language];

try {
  await page.goto(address);
  await page.locator(".explorer-folders-view").getByText("suivi.relance.json").dblclick();
  await page.locator(".squiggly-error").nth(2).waitFor();
  assert.equal(await page.locator(".notification-toast").count(), 0, "nothing went wrong");
  await page.keyboard.press("Control+Shift+m");
  await sees("findings", ".markers-panel", words.finding);
  await page.keyboard.press("Control+Shift+m");
  await page.locator(".view-line").first().click();

  await goTo(9, 14);
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  await sees("hover", ".monaco-hover", words.hover);
  await page.keyboard.press("Escape");

  await goTo(10, 50);
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  await sees("hover_on_a_reference", ".monaco-hover", words.reference);
  await page.keyboard.press("Escape");

  await goTo(4, 51);
  await page.keyboard.press("Control+.");
  await sees("fixes", ".action-widget", words.fix);
  await page.keyboard.press("Enter");
  await sees("fix_is_written", ".view-lines", '"temperature": "0.4"');

  // The misspelt output is taken away, and another chosen from what is offered.
  await goTo(10, 56);
  for (const _ of "txt") await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+Space");
  await sees("completion_of_outputs", ".suggest-widget", "tokens_out");
  await page.keyboard.type("text");
  await page.keyboard.press("Enter");
  await sees("completion_is_written", ".view-lines", "blocks.rediger.text }}");

  await goTo(13, 35);
  await page.keyboard.press("F2");
  await page.locator(".rename-box input").fill("écrire");
  await page.locator(".rename-box input").press("Enter");
  await sees("rename", ".view-lines", "blocks['écrire'].text");
  await page.keyboard.press("Control+Shift+o");
  await sees("symbols", ".quick-input-widget", "Envoyer");
} catch (error) {
  await page.screenshot({ path: `${pictures}/failed.${language}.png` });
  throw error;
} finally {
  await browser.close();
}
