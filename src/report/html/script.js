/* SPDX-License-Identifier: MIT
 *
 * script.js - what makes HTML reports better than they are without it: filters of the matrix, kept in the address
 */
"use strict";

(function () {
	const outcomes = ["FAIL", "ERROR", "INCONCLUSIVE", "XFAIL", "SKIP", "PASS"];
	const table = document.querySelector("table.matrix");
	const form = document.getElementById("filters");
	const shown = document.getElementById("shown");

	/* Print what is folded, too. */
	window.addEventListener("beforeprint", function () {
		for (const details of document.querySelectorAll("details:not([open])")) {
			details.open = true;
			details.dataset.folded = "yes";
		}
	});
	window.addEventListener("afterprint", function () {
		for (const details of document.querySelectorAll("details[data-folded]")) {
			details.open = false;
			delete details.dataset.folded;
		}
	});

	/* ---- pictures that can be made larger ---- */

	const factors = [0.5, 0.75, 1, 1.5, 2, 3, 4, 6];

	function button(text, label, action) {
		const made = document.createElement("button");
		made.type = "button";
		made.textContent = text;
		made.setAttribute("aria-label", label);
		made.addEventListener("click", action);
		return made;
	}

	function add_zoom(picture) {
		const width = picture.width.baseVal.value, height = picture.height.baseVal.value;
		const frame = picture.closest(".scroll"), bar = document.createElement("div");
		let step = factors.indexOf(1);
		function zoom(to) {
			const before = factors[step], middle = frame.scrollLeft + frame.clientWidth / 2;
			step = Math.max(0, Math.min(factors.length - 1, to));
			picture.setAttribute("width", width * factors[step]);
			picture.setAttribute("height", height * factors[step]);
			frame.scrollLeft = middle * factors[step] / before - frame.clientWidth / 2;
		}
		bar.className = "zoom";
		bar.append(button("−", "Smaller", () => zoom(step - 1)),
			button("100 %", "Original size", () => zoom(factors.indexOf(1))),
			button("+", "Larger", () => zoom(step + 1)));
		frame.before(bar);
	}

	for (const picture of document.querySelectorAll(".scroll > svg.plot"))
		add_zoom(picture);

	/* ---- step by step: a slider over the ladder ---- */

	function element(name, attributes, ...children) {
		const made = document.createElement(name);
		for (const [key, value] of Object.entries(attributes))
			made.setAttribute(key, value);
		made.append(...children);
		return made;
	}

	/* How things stand after stop @index: what is told once holds until it is told otherwise. */
	function add_up(stops, index) {
		const found = new Map();
		for (let i = 0; i <= index; i++) {
			for (const c of stops[i].connections) {
				const one = found.get(c.name) || { variables: new Map() };
				one.state = c.state;
				one.timers = c.timers;
				one.changed = new Set(c.set.map((pair) => pair[0]));
				for (const [name, value] of c.set)
					one.variables.set(name, value);
				found.set(c.name, one);
			}
		}
		return found;
	}

	function seconds(number) {
		return number.toFixed(6) + " s";
	}

	function table_of(caption, rows) {
		const body = element("tbody", {});
		for (const [name, value, changed] of rows)
			body.append(element("tr", changed ? { class: "changed" } : {},
				element("th", { scope: "row" }, name), element("td", {}, value)));
		return element("table", {}, element("caption", {}, caption), body);
	}

	function flight_text(flight) {
		const [, , sent, times, selected] = flight;
		return "sent at " + seconds(sent) + (times > 1 ? ", " + times + " times by then" : "") +
			(selected ? ", selected" : "");
	}

	function show_moment(stops, index, place) {
		const stop = stops[index];
		place.replaceChildren(element("p", {}, element("code", {}, stop.text)));
		for (const [name, one] of add_up(stops, index)) {
			if (one.state === "CLOSED")
				continue;
			const rows = Array.from(one.variables, ([key, value]) => [key, value, one.changed.has(key)]);
			for (const [timer, due] of one.timers)
				rows.push([timer + " timer", "in " + seconds(due - stop.at)]);
			place.append(table_of(name + " " + one.state, rows));
		}
		if (stop.flights.length)
			place.append(table_of("sent, and not acknowledged", stop.flights.map((flight) =>
				[flight[0] + ":" + flight[1], flight_text(flight), flight[3] > 1])));
		for (const old of document.querySelectorAll(".ladder .here"))
			old.classList.remove("here");
		const mark = document.getElementById("event-" + stop.event);
		if (mark) {
			mark.classList.add("here");
			const frame = mark.closest(".scroll");
			if (index)
				frame.classList.add("stepped");
			const box = mark.getBoundingClientRect(), around = frame.getBoundingClientRect();
			frame.scrollTop += box.top - around.top - around.height / 2;
		}
	}

	function add_slider(section) {
		const stops = JSON.parse(section.dataset.moments);
		const place = element("div", { class: "moment", "aria-live": "polite" });
		const slider = element("input", { type: "range", min: 0, max: stops.length - 1, value: 0,
			"aria-label": "Event" });
		const where = element("output", {});
		function go(to) {
			const index = Math.max(0, Math.min(stops.length - 1, to));
			slider.value = index;
			where.textContent = "event " + (index + 1) + " of " + stops.length + ", " +
				seconds(stops[index].at) + (stops[index].line ? ", line " + stops[index].line : "");
			show_moment(stops, index, place);
		}
		slider.addEventListener("input", () => go(Number(slider.value)));
		section.append(element("div", { class: "slider" },
			button("◂", "The event before", () => go(Number(slider.value) - 1)), slider,
			button("▸", "The next event", () => go(Number(slider.value) + 1)), where), place);
		section.hidden = false;
		go(0);
	}

	for (const section of document.querySelectorAll("#moments[data-moments]"))
		add_slider(section);
	if (!table || !form)
		return;

	/* ---- the rows, once ---- */

	const columns = Array.from(table.tHead.rows[0].cells).slice(1, -1).map((cell) => cell.textContent);
	const folders = Array.from(table.tBodies).map(function (body) {
		const name = body.rows[0].cells[0].firstChild.data.trim();
		const rows = Array.from(body.rows).slice(1).map(function (row) {
			const cells = Array.from(row.cells).slice(1, -1)
				.map((cell) => Array.from(cell.querySelectorAll("a")));
			const last = row.cells[row.cells.length - 1];
			return {
				row: row,
				text: (name + "/" + row.cells[0].textContent + " " + last.textContent).toLowerCase(),
				outcomes: cells.map((links) =>
					links.map((link) => link.className.replace("outcome ", "").toUpperCase())),
			};
		});
		return { body: body, name: name, rows: rows,
			counts: Array.from(body.rows[0].querySelectorAll("[data-count]")) };
	});
	const present = new Set(folders.flatMap((folder) => folder.rows.flatMap((row) => row.outcomes.flat())));

	/* ---- the form ---- */

	function select(id, label, all, names) {
		const list = element("select", { id: id }, element("option", { value: "" }, all));
		for (const name of names)
			list.append(element("option", { value: name }, name));
		return element("div", {}, element("label", { for: id }, label), list);
	}

	function build() {
		const boxes = element("fieldset", {}, element("legend", {}, "Results"));
		for (const outcome of outcomes.filter((name) => present.has(name)))
			boxes.append(element("label", {},
				element("input", { type: "checkbox", value: outcome }), outcome));
		form.append(
			element("div", {}, element("label", { for: "filter-text" }, "Text in path or title"),
				element("input", { type: "search", id: "filter-text", autocomplete: "off" })),
			select("filter-folder", "Folder", "all", folders.map((folder) => folder.name)));
		if (columns.length > 1)
			form.append(select("filter-variant", "Variant", "all", columns));
		form.append(boxes, element("button", { type: "reset" }, "Clear"));
		form.hidden = false;
	}

	/* ---- state: {text, folder, variant, outcome: Set} ---- */

	function field(id) {
		return document.getElementById(id);
	}

	function state_of_form() {
		return {
			text: field("filter-text").value,
			folder: field("filter-folder").value,
			variant: field("filter-variant") ? field("filter-variant").value : "",
			outcome: new Set(Array.from(form.querySelectorAll("input:checked"), (box) => box.value)),
		};
	}

	function state_of_address() {
		const values = new URLSearchParams(location.hash.slice(1));
		return {
			text: values.get("text") || "",
			folder: values.get("folder") || "",
			variant: values.get("variant") || "",
			outcome: new Set((values.get("outcome") || "").split(",").filter((name) => present.has(name))),
		};
	}

	function address_of(state) {
		const values = new URLSearchParams();
		for (const name of ["text", "folder", "variant"])
			if (state[name])
				values.set(name, state[name]);
		let address = values.toString();
		if (state.outcome.size)
			address += (address ? "&" : "") + "outcome=" + Array.from(state.outcome).join(",");
		return address;
	}

	function fill_form(state) {
		field("filter-text").value = state.text;
		field("filter-folder").value = state.folder;
		if (field("filter-variant"))
			field("filter-variant").value = state.variant;
		for (const box of form.querySelectorAll("input[type=checkbox]"))
			box.checked = state.outcome.has(box.value);
	}

	/* ---- filtering ---- */

	function is_wanted(row, words, column, outcome) {
		const cells = column < 0 ? row.outcomes.flat() : row.outcomes[column];
		return words.every((word) => row.text.includes(word)) && (column < 0 || cells.length > 0) &&
			(outcome.size === 0 || cells.some((name) => outcome.has(name)));
	}

	function show_column(column) {
		for (const row of table.querySelectorAll("thead tr, tbody tr:not(.folder)"))
			for (let i = 1; i < row.cells.length - 1; i++)
				row.cells[i].hidden = column >= 0 && i - 1 !== column;
	}

	/* ---- counts: of the results that are shown ---- */

	const totals = Array.from(document.querySelectorAll(".numbers [data-count]"));

	function count_into(counts, row, column, outcome) {
		for (const name of column < 0 ? row.outcomes.flat() : row.outcomes[column]) {
			if (outcome.size === 0 || outcome.has(name)) {
				counts[name] = (counts[name] || 0) + 1;
				counts.all = (counts.all || 0) + 1;
			}
		}
	}

	function show_counts(places, counts) {
		for (const place of places)
			place.textContent = counts[place.dataset.count] || 0;
	}

	let column_shown = -1;

	function apply(state) {
		const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
		const column = columns.indexOf(state.variant);
		let count = 0, all = 0;
		const counts = {};
		for (const folder of folders) {
			let inside = 0;
			const counts_inside = {};
			for (const row of folder.rows) {
				row.row.hidden = (state.folder && folder.name !== state.folder) ||
					!is_wanted(row, words, column, state.outcome);
				inside += !row.row.hidden;
				if (!row.row.hidden) {
					count_into(counts_inside, row, column, state.outcome);
					count_into(counts, row, column, state.outcome);
				}
			}
			show_counts(folder.counts, counts_inside);
			for (const place of folder.counts)
				place.parentElement.hidden = !counts_inside[place.dataset.count];
			folder.body.hidden = inside === 0;
			count += inside;
			all += folder.rows.length;
		}
		show_counts(totals, counts);
		if (column !== column_shown)
			show_column(column);
		column_shown = column;
		shown.textContent = count === all ? all + " scripts" : count + " of " + all + " scripts shown";
	}

	/* Addresses without "=" are places on the page. */
	function read_address() {
		if (location.hash && !location.hash.includes("="))
			return;
		const state = state_of_address();
		fill_form(state);
		apply(state);
		if (location.hash)
			document.getElementById("matrix").scrollIntoView();
	}

	function changed() {
		const state = state_of_form();
		const address = address_of(state);
		history.replaceState(null, "", address ? "#" + address : location.pathname + location.search);
		apply(state);
	}

	/* ---- keys: arrows go from result to result ---- */

	function visible_link(row, column) {
		const cell = row.cells[Math.min(column, row.cells.length - 1)];
		return cell && !cell.hidden ? cell.querySelector("a") : null;
	}

	function step(link, rows, columns_right) {
		const cell = link.closest("td"), row = cell.parentElement;
		if (columns_right) {
			const other = row.cells[cell.cellIndex + columns_right];
			return other ? other.querySelector("a") : null;
		}
		const all = Array.from(table.querySelectorAll("tbody:not([hidden]) tr:not(.folder):not([hidden])"));
		for (let i = all.indexOf(row) + rows; i >= 0 && i < all.length; i += rows) {
			const found = visible_link(all[i], cell.cellIndex);
			if (found)
				return found;
		}
		return null;
	}

	const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

	table.addEventListener("keydown", function (event) {
		const link = event.target.closest("td a");
		const way = steps[event.key];
		if (!link || !way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
			return;
		const next = step(link, way[0], way[1]);
		if (next) {
			event.preventDefault();
			next.focus();
		}
	});

	build();
	form.addEventListener("input", changed);
	form.addEventListener("reset", function () {
		setTimeout(changed, 0);
	});
	form.addEventListener("submit", (event) => event.preventDefault());
	window.addEventListener("hashchange", read_address);
	read_address();
	if (!shown.textContent)
		apply(state_of_form());
}());
