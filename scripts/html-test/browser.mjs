// SPDX-License-Identifier: MIT
//
// browser.mjs - HTML reports in a browser: filters, addresses, keys, colours, paper, and life without JavaScript
//
//   node browser.mjs BROWSER GOOD BROKEN SCREENSHOTS
//
// GOOD and BROKEN are folders of reports (see scripts/check-html); pictures to look at go to SCREENSHOTS. Prints what
// failed, and a line with the count.
import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { contrasts, names_missing } from "./page_checks.mjs";

const [browser_path, good_folder, broken_folder, screenshots] = process.argv.slice(2);
const good = resolve(good_folder), broken = resolve(broken_folder);
let passed = 0, failed = 0;
const outside = [];

function check(what, is, ...seen) {
	if (is) {
		passed++;
	} else {
		failed++;
		console.log(`failed: ${what}`, ...seen);
	}
}

function equal(what, seen, expected) {
	check(what, JSON.stringify(seen) === JSON.stringify(expected), "expected", expected, "but saw", seen);
}

/* What follows an input of the user: a page that has not come to it yet, on a busy machine, has ten seconds for it. */
async function becomes(what, seen, expected = true) {
	const until = Date.now() + 10000;
	let is = await seen();
	while (JSON.stringify(is) !== JSON.stringify(expected) && Date.now() < until) {
		await new Promise((wake) => setTimeout(wake, 50));
		is = await seen();
	}
	equal(what, is, expected);
}

function case_page(folder, name) {
	const found = readdirSync(join(folder, "cases")).find((file) => file.endsWith(`-${name}.html`));
	return join(folder, "cases", found ?? `no page of ${name}`);
}

function address(path, hash = "") {
	return pathToFileURL(path).href + hash;
}

/* A page that tells of everything it should not do. */
async function open(browser, path, hash = "", options = {}) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	page.on("console", (message) => {
		if (message.type() === "error" || message.type() === "warning")
			outside.push(`${path}: ${message.text()}`);
	});
	page.on("pageerror", (error) => outside.push(`${path}: ${error}`));
	page.on("dialog", (dialog) => {
		outside.push(`${path}: a dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on("request", (request) => {
		const inside = [good, broken].some((folder) => request.url().startsWith(address(folder) + "/"));
		if (!inside && !request.url().startsWith("data:"))
			outside.push(`${path}: asks for ${request.url()}`);
	});
	await page.goto(address(path, hash));
	return page;
}

function picture(page, name, options = {}) {
	return page.screenshot({ path: join(screenshots, `${name}.png`), ...options });
}

function shown_rows(page) {
	return page.locator("table.matrix tbody tr:not(.folder):visible").count();
}

/* ---- the matrix ---- */

async function filters(browser) {
	const page = await open(browser, join(good, "index.html"));
	const all = await shown_rows(page);
	const status = page.locator("#shown");
	check("there are rows", all > 10, all);
	check("the number of rows is said", (await status.textContent()).includes(`${all} `),
		await status.textContent());
	await picture(page, "matrix");
	await page.fill("#filter-text", "echo listen");
	await becomes("two words in no row", () => shown_rows(page), 0);
	await page.fill("#filter-text", "ECHO");
	await becomes("the filter is in the address", async () => page.url().endsWith("#text=ECHO"));
	const echoes = await shown_rows(page);
	check("a filter by text shows some", echoes > 0 && echoes < all, echoes);
	check("the number of rows shown is said", (await status.textContent()).startsWith(`${echoes} of ${all} `));
	await page.reload();
	await becomes("it is there after a reload",
		async () => [await page.inputValue("#filter-text"), await shown_rows(page)], ["ECHO", echoes]);
	await page.click("#filters button[type=reset]");
	await becomes("the filters are cleared", async () => [await shown_rows(page), page.url().includes("#")],
		[all, false]);
	const folder = await page.locator("#filter-folder option").nth(2).getAttribute("value");
	await page.selectOption("#filter-folder", folder);
	await becomes("a filter by folder shows one", () => page.locator("table.matrix tr.folder:visible").count(), 1);
	await page.goBack();
	await page.context().close();
}

async function outcomes(browser) {
	const page = await open(browser, join(broken, "index.html"), "#outcome=FAIL");
	const rows = page.locator("table.matrix tbody tr:not(.folder):visible");
	const fails = await page.locator("table.matrix a.fail").count();
	await becomes("an address shows the failures only",
		async () => [await rows.count() > 0, await rows.locator("a.fail").count()], [true, fails]);
	check("and each row has one", await rows.count() <= fails);
	await page.waitForFunction(() =>
		document.getElementById("matrix").getBoundingClientRect().bottom < innerHeight);
	await page.click(".numbers li.error a");
	await becomes("its box is ticked", () => page.isChecked("#filters input[value=ERROR]"));
	const errors = rows.filter({ has: page.locator("a.error") });
	equal("the numbers are those of what is shown",
		[await page.textContent(".numbers [data-count=all]"),
			await page.textContent(".numbers [data-count=ERROR]")],
		Array(2).fill(String(await page.locator("table.matrix a.error:visible").count())));
	equal("a number leads to its cases", [await rows.count() > 0, await rows.count()],
		[true, await errors.count()]);
	const variants = await page.locator("#filter-variant option").allTextContents();
	check("there are several variants", variants.length > 2, variants);
	await page.goto(address(join(broken, "index.html"), `#variant=${encodeURIComponent(variants[2])}`));
	await becomes("one column is left of the variants",
		async () => (await page.locator("table.matrix thead th:visible").allTextContents()).slice(1, -1),
		[variants[2]]);
	await page.goto(address(join(broken, "index.html"), "#trouble"));
	await picture(page, "matrix-failures");
	await page.context().close();
}

/* ---- keys ---- */

async function keys(browser) {
	const page = await open(browser, join(good, "index.html"));
	const focus = () => page.evaluate(() => document.activeElement.textContent.trim());
	await page.keyboard.press("Tab");
	await becomes("the first stop is the way past the head", focus, "Skip to the content");
	check("it is seen",
		await page.locator(".skip-link").evaluate((link) => link.getBoundingClientRect().left >= 0));
	const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
	check("the focus has an outline", outline !== "none", outline);
	await page.keyboard.press("Enter");
	const links = page.locator("table.matrix td a");
	await links.nth(0).focus();
	await page.keyboard.press("ArrowDown");
	const focused = (link) => link.evaluate((element) => element === document.activeElement);
	await becomes("an arrow goes to the next row", () => focused(links.nth(1)));
	await page.keyboard.press("ArrowUp");
	await becomes("and back", () => focused(links.nth(0)));
	await page.fill("#filter-text", "echo");
	const visible = page.locator("table.matrix td a:visible");
	await visible.nth(0).focus();
	await page.keyboard.press("ArrowDown");
	await becomes("arrows pass over what is filtered out", () => focused(visible.nth(1)));
	await page.keyboard.press("Enter");
	await page.waitForURL(/cases\//);
	check("Enter opens the case", (await page.locator("h1").textContent()).includes("echo"));
	await page.context().close();
}

/* ---- a case ---- */

async function failing_case(browser) {
	const page = await open(browser, join(broken, "index.html"));
	const link = page.locator("table.trouble th a[href*='wrong-field.html#line-']").first();
	const line = (await link.getAttribute("href")).split("#")[1];
	check("many failures are folded by cause", !(await link.isVisible()));
	await page.locator("details", { has: link }).locator("summary").click();
	await link.click();
	await page.waitForURL(/wrong-field/);
	const row = page.locator(`#${line}`);
	check("the failing line is marked", (await row.getAttribute("class")).includes("failed"));
	check("by more than colour", (await row.locator("th").textContent()).includes("▶"));
	check("the link leads to it", await row.evaluate((element) => element.matches(":target")));
	const note = page.locator(".script .note");
	check("what was expected is below it", (await note.locator(".expected").textContent()).includes("ack 12"));
	check("and what was observed", (await note.locator(".observed").textContent()).includes("ack 11"));
	check("there is a ladder", await page.locator("svg.ladder:visible").isVisible());
	equal("with what the stack did inside", await page.locator("svg.ladder:visible g.trace").count() > 0, true);
	await page.uncheck("#show-trace");
	const ladder = page.locator("svg.ladder:visible");
	await becomes("or without",
		async () => [await ladder.count(), await ladder.locator("g.trace").count()], [1, 0]);
	await page.check("#show-trace");
	const slider = page.locator("#moments input");
	await slider.focus();
	await page.keyboard.press("End");
	const last = Number(await slider.getAttribute("max"));
	const where = page.locator("#moments output");
	await becomes("the slider goes to the last event",
		async () => (await where.textContent()).startsWith(`event ${last + 1} of ${last + 1},`));
	await becomes("which is marked in the ladder", () => page.locator("svg.ladder .here").count(), 1);
	await page.click("#moments button >> nth=0");
	await becomes("a button goes back", () => slider.inputValue(), String(last - 1));
	const captions = page.locator(".moment caption");
	await becomes("to where the connection was not reset yet",
		async () => (await captions.allTextContents()).includes("8080-32770 ESTABLISHED"));
	check("there is a corrected script", await page.locator(".diff .new").count() > 0);
	await page.evaluate(() => window.scrollTo(0, 0));
	await picture(page, "failing-case", { fullPage: true });
	await page.click("a[rel=next]");
	check("the next failure is a failure",
		/^What (went|is) wrong/.test(await page.locator("main h2").first().textContent()));
	await page.goBack();
	await page.click("text=All cases");
	await page.waitForURL(/index.html#case-/);
	await becomes("the way back leads to the cell", () => page.locator("a:target").isVisible());
	await page.context().close();
}

async function plot(browser) {
	const page = await open(browser, case_page(good, "slow-start-after-timeout"), "#plot");
	check("there is a plot", await page.locator("svg.plot").isVisible());
	await page.locator("svg.plot").screenshot({ path: join(screenshots, "plot.png") });
	const capture = await page.locator("a[download]").getAttribute("href");
	check("there is a capture", capture.endsWith(".pcapng"), capture);
	await page.context().close();
}

/* ---- hostile text ---- */

async function hostile(browser) {
	const page = await open(browser, case_page(broken, "odd--b--name"));
	check("markup in a title is text", (await page.locator("p.title").textContent()).includes("<script>"));
	equal("nothing of it is markup", await page.locator("main script, main img, header b").count(), 0);
	await page.context().close();
}

/* ---- without JavaScript, in the dark, on paper, on a telephone ---- */

async function without_script(browser) {
	const page = await open(browser, join(broken, "index.html"), "#outcome=FAIL", { javaScriptEnabled: false });
	equal("all rows are there without JavaScript", await shown_rows(page),
		await page.locator("table.matrix tbody tr:not(.folder)").count());
	check("filters are not", !await page.locator("#filters").isVisible());
	await page.goto(address(case_page(broken, "wrong-field")));
	await page.click("#events ~ details summary");
	await becomes("folded events open", () => page.locator("table.events").isVisible());
	check("the ladder is there", await page.locator("svg.ladder:visible").isVisible());
	await page.context().close();
}

async function narrow(browser) {
	for (const path of [join(broken, "index.html"), case_page(broken, "wrong-field")]) {
		const page = await open(browser, path, "", { viewport: { width: 360, height: 740 } });
		const width = await page.evaluate(() => document.documentElement.scrollWidth);
		check(`${path} is no wider than a telephone`, width <= 360, width);
		await picture(page, path.endsWith("index.html") ? "narrow-matrix" : "narrow-case");
		await page.context().close();
	}
}

async function paper(browser) {
	const page = await open(browser, case_page(broken, "wrong-field"));
	const pdf = await page.pdf({ path: join(screenshots, "paper.pdf"), format: "A4" });
	check("it prints", pdf.length > 10000, pdf.length);
	await page.emulateMedia({ media: "print" });
	check("no navigation on paper", !await page.locator("nav:visible").count());
	check("paper is white", (await page.evaluate(() => getComputedStyle(document.body).backgroundColor)) ===
		"rgb(255, 255, 255)");
	await page.context().close();
}

async function looks(browser) {
	const pages = [join(broken, "index.html"), case_page(broken, "wrong-field"), case_page(broken, "syntax"),
		case_page(good, "slow-start-after-timeout")];
	for (const scheme of ["light", "dark"]) {
		for (const path of pages) {
			const page = await open(browser, path, "", { colorScheme: scheme });
			for (const details of await page.locator("details").all())
				await details.evaluate((element) => { element.open = true; });
			const low = await page.evaluate(contrasts);
			check(`contrast, ${scheme}: ${path}`, low.length === 0, low.slice(0, 5));
			if (scheme === "dark") {
				const paper_colour = await page.evaluate(() =>
					getComputedStyle(document.body).backgroundColor);
				check("the dark is dark", paper_colour.match(/\d+/g).every((part) => part < 64),
					paper_colour);
				await picture(page, path.endsWith("index.html") ? "dark-matrix" :
					`dark-${path.replace(/^.*\/\d+-|\.html$/g, "")}`);
			} else {
				const missing = await page.evaluate(names_missing);
				check(`names: ${path}`, missing.length === 0, missing.slice(0, 5));
			}
			await page.context().close();
		}
	}
}

mkdirSync(screenshots, { recursive: true });
const browser = await chromium.launch({ executablePath: browser_path, args: ["--no-sandbox", "--disable-gpu"] });
try {
	for (const test of [filters, outcomes, keys, failing_case, plot, hostile, without_script, narrow, paper, looks])
		await test(browser).catch((error) => check(test.name, false, error.message.split("\n")[0]));
} finally {
	await browser.close();
}
equal("no page complains or asks for anything outside of its folder", outside, []);
console.log(`${passed} passed, ${failed} failed in the browser`);
process.exitCode = failed ? 1 : 0;
