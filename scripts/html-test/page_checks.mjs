// SPDX-License-Identifier: MIT
//
// page_checks.mjs - what is looked for in a page from within
//
// Each function is sent to the browser as it stands, so it knows nothing around it.

/* Texts with less contrast to what is behind them than 4.5 (3 for large ones; WCAG 2.2, 1.4.3). */
export function contrasts() {
	function channels(colour) {
		const numbers = colour.match(/[\d.]+/g).map(Number);
		const scale = colour.startsWith("color(") ? 255 : 1;
		return { rgb: numbers.slice(0, 3).map((value) => value * scale),
			alpha: numbers.length > 3 ? numbers[3] : 1 };
	}

	function over(front, back) {
		return front.rgb.map((value, i) => value * front.alpha + back[i] * (1 - front.alpha));
	}

	function luminance(rgb) {
		const linear = rgb.map((value) => value / 255)
			.map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
		return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
	}

	function behind(element) {
		const layers = [];
		for (let at = element; at; at = at.parentElement)
			layers.unshift(channels(getComputedStyle(at).backgroundColor));
		return layers.reduce((back, layer) => over(layer, back), [255, 255, 255]);
	}

	function opacity(element) {
		let product = 1;
		for (let at = element; at; at = at.parentElement)
			product *= Number(getComputedStyle(at).opacity);
		return product;
	}

	const low = new Map();
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		const element = node.parentElement;
		const silent = ["style", "title", "desc"].includes(element.tagName.toLowerCase());
		if (!node.data.trim() || silent || !element.checkVisibility())
			continue;
		const style = getComputedStyle(element);
		const colour = channels(element instanceof SVGElement ? style.fill : style.color);
		colour.alpha *= opacity(element);
		const back = behind(element);
		const [dark, light] = [luminance(over(colour, back)), luminance(back)].sort((a, b) => a - b);
		const ratio = (light + 0.05) / (dark + 0.05), size = parseFloat(style.fontSize);
		const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
		if (ratio < (large ? 3 : 4.5))
			low.set(`${element.tagName}.${element.getAttribute("class") ?? ""}`,
				`${ratio.toFixed(2)} '${node.data.trim().slice(0, 30)}'`);
	}
	return Array.from(low, ([where, what]) => `${where}: ${what}`);
}

/* Things to use or to look at that have no name for those who do not see them. */
export function names_missing() {
	function name(element) {
		const labelled = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean)
			.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
		const label = element.labels?.length ? element.labels[0].textContent : "";
		const title = element instanceof SVGElement ? element.querySelector("title")?.textContent : "";
		return (element.getAttribute("aria-label") || labelled || label || title || element.textContent).trim();
	}

	const wanted = "a, button, input, select, summary, svg, form, nav, table.matrix, [role=region], " +
		"fieldset, section";
	const missing = Array.from(document.querySelectorAll(wanted)).filter((element) => !name(element));
	const focusable = Array.from(document.querySelectorAll("[tabindex='0']"))
		.filter((element) => !element.getAttribute("role") && element.tagName !== "PRE");
	return missing.concat(focusable).map((element) => element.outerHTML.slice(0, 120));
}
