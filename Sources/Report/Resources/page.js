"use strict";
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const { nodes, classes } = report;
  const colours = 30;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const percent = (share) => (share * 100).toFixed(1) + "\u202f%";
  const count = (number) => number.toLocaleString("en");

  /** An element with properties and children. */
  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  // Theme: as the system, light, dark.
  const themes = ["auto", "light", "dark"];
  const themeButton = document.getElementById("theme");
  function setTheme(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    themeButton.textContent = "Theme: " + theme;
    // A page that was opened from a file may have no storage.
    try { localStorage.setItem("treevae-theme", theme); } catch { }
  }
  let stored = null;
  try { stored = localStorage.getItem("treevae-theme"); } catch { }
  let theme = themes.includes(stored) ? stored : "auto";
  setTheme(theme);
  themeButton.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    setTheme(theme);
  });

  // Tips.
  const tip = document.getElementById("tip");
  function showTip(text, event) {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const x = Math.min(event.clientX + 14, innerWidth - box.width - 8);
    const y = event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 12 : event.clientY + 18;
    tip.style.left = Math.max(8, x) + "px";
    tip.style.top = y + "px";
  }
  const hideTip = () => { tip.hidden = true; };

  // Nodes in words.
  const isLeaf = (id) => nodes[id].children.length === 0;
  const title = (id) => (nodes[id].parent == null ? "Root" : isLeaf(id) ? "Leaf " + id : "Node " + id);
  function ranked(id) {
    const node = nodes[id];
    return node.classes.map((samples, label) => ({ samples, label })).filter((entry) => entry.samples > 0)
      .sort((a, b) => b.samples - a.samples);
  }
  function leavesBelow(id) {
    return isLeaf(id) ? 1 : nodes[id].children.reduce((sum, child) => sum + leavesBelow(child), 0);
  }
  function summary(id) {
    const node = nodes[id];
    const lines = [`${title(id)}: ${count(node.samples)} samples, ${percent(node.samples / Math.max(1, report.samples))}`];
    for (const { samples, label } of ranked(id).slice(0, 3)) {
      lines.push(`${classes[label]}: ${percent(samples / node.samples)}`);
    }
    if (node.features.length) lines.push(node.features.slice(0, 6).map((feature) => feature.name).join(", "));
    return lines.join("\n");
  }

  // What a node holds: bars, pictures, a plane of its latents.
  const space = "http://www.w3.org/2000/svg";
  function bars(entries) {
    const grid = make("div", { className: "bars" });
    for (const { name, share, text, colour } of entries) {
      const bar = make("i", { className: colour == null ? "" : "c" + (colour % colours) });
      bar.style.width = Math.max(0, Math.min(1, share)) * 100 + "%";
      grid.append(make("span", { textContent: name, title: name }), bar, make("em", { textContent: text }));
    }
    return grid;
  }
  function svgElement(name, attributes) {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }
  function pictures(kind, id, sheet, heading) {
    const svg = svgElement("svg", {
      viewBox: `0 0 ${sheet.columns * sheet.width} ${sheet.rows * sheet.height}`, role: "img", "aria-label": heading,
    });
    // A single picture need not fill the panel.
    svg.style.width = Math.min(100, sheet.columns * 12.5) + "%";
    svg.append(svgElement("use", { href: `#${kind}-${id}` }));
    return svg;
  }
  /** Every picture of a sheet by itself, named. */
  function namedPictures({ sheet, address, ids }) {
    const list = make("ul", { className: "named" });
    ids.forEach((name, index) => {
      const [x, y] = [(index % sheet.columns) * sheet.width, Math.floor(index / sheet.columns) * sheet.height];
      const svg = svgElement("svg", { viewBox: `${x} ${y} ${sheet.width} ${sheet.height}`, role: "img", "aria-label": "sample " + name });
      const image = svgElement("image", {
        href: address, width: sheet.columns * sheet.width, height: sheet.rows * sheet.height, preserveAspectRatio: "none",
      });
      svg.append(image);
      list.append(make("li", {}, svg, make("span", { textContent: name, title: name })));
    });
    return list;
  }
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const isDark = () => theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  function drawPlane(canvas) {
    const { plane } = nodes[+canvas.dataset.node];
    const context = canvas.getContext("2d");
    const size = canvas.width;
    context.clearRect(0, 0, size, size);
    const points = bytes(plane.points);
    const style = getComputedStyle(canvas);
    // The palette's colours as this theme has them.
    const colour = new Map();
    const probe = make("i");
    canvas.parentElement.append(probe);
    const colourOf = (label) => {
      if (label == null) return style.getPropertyValue("accent-color") || style.color;
      if (!colour.has(label)) {
        probe.className = "swatch c" + (label % colours);
        colour.set(label, getComputedStyle(probe).backgroundColor);
      }
      return colour.get(label);
    };
    for (let sample = 0; sample * 3 < points.length; sample += 1) {
      const reach = points[sample * 3 + 2] / 255;
      if (reach < 0.01) continue;
      context.globalAlpha = 0.75 * reach;
      context.fillStyle = colourOf(report.labels[sample]);
      context.beginPath();
      context.arc(8 + points[sample * 3] / 255 * (size - 16), size - 8 - points[sample * 3 + 1] / 255 * (size - 16), size / 130, 0, 7);
      context.fill();
    }
    probe.remove();
  }
  const drawPlanes = () => all("canvas.plane").forEach((canvas) => { if (canvas.dataset.drawn) drawPlane(canvas); });
  const seePlanes = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => {
    if (!isIntersecting || target.dataset.drawn) return;
    target.dataset.drawn = "1";
    drawPlane(target);
  }), { rootMargin: "300px" });
  all("canvas.plane").forEach((canvas) => seePlanes.observe(canvas));
  addEventListener("beforeprint", () => all("canvas.plane").forEach((canvas) => { canvas.dataset.drawn = "1"; drawPlane(canvas); }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawPlanes);
  themeButton.addEventListener("click", drawPlanes);

  const pathTo = (id) => {
    const path = [];
    for (let at = id; at != null; at = nodes[at].parent) path.unshift(at);
    return path;
  };
  /** Everything that is known of a node, one piece after the other. */
  function contents(id) {
    const node = nodes[id];
    const parts = [make("div", {
      textContent: `${count(node.samples)} samples, ${percent(node.samples / Math.max(1, report.samples))}, depth ${node.depth}`
        + (isLeaf(id) ? "" : `, ${leavesBelow(id)} leaves`)
        + (node.support == null ? "" : `, its split in ${percent(node.support)} of the other trees`),
    })];
    const add = (heading, ...content) => parts.push(make("h4", { textContent: heading }), ...content);
    const present = ranked(id);
    if (present.length) {
      const purity = (present[0].samples / node.samples).toFixed(3);
      add(`Classes, purity ${purity}`, bars(present.slice(0, 12).map(({ samples, label }) => ({
        name: classes[label], share: samples / present[0].samples, text: count(samples), colour: label,
      }))));
    }
    if (node.data) {
      const sheet = pictures("data", id, node.data, "Samples of the data");
      add("Samples of the data", sheet);
      if (node.more) {
        const more = make("button", { type: "button", textContent: `Show ${node.more.ids.length}, with ids` });
        more.addEventListener("click", () => { sheet.remove(); more.replaceWith(namedPictures(node.more)); });
        parts.push(more);
      }
    }
    if (node.generated) {
      const heading = isLeaf(id) ? "Generated by the leaf" : "Mean of what is generated below";
      add(heading, pictures("generated", id, node.generated, heading));
    }
    if (node.plane) {
      const canvas = make("canvas", { className: "plane", width: 480, height: 480 });
      canvas.dataset.node = id;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", "Latents of " + title(id).toLowerCase());
      const shares = node.plane.shares.map((share) => Math.round(share * 100)).join(" + ");
      add(`Latents, ${shares} % of their variance`, canvas);
      canvas.dataset.drawn = "1";
      requestAnimationFrame(() => drawPlane(canvas));
    }
    if (node.features.length) {
      const most = Math.max(...node.features.map((feature) => feature.mean));
      add("More than elsewhere: mean here, mean of all", bars(node.features.map((feature) => ({
        name: feature.name, share: feature.mean / most, text: `${+feature.mean.toPrecision(3)}, ${+feature.overall.toPrecision(3)}`,
      }))));
    }
    if (node.contrasts.length) {
      const most = Math.max(...node.contrasts.map((contrast) => Math.abs(contrast.difference)));
      add("Against the sibling: difference in standard deviations; mean here, there", bars(node.contrasts.map((contrast) => ({
        name: contrast.name, share: Math.abs(contrast.difference) / most,
        text: (contrast.difference < 0 ? "\u2212" : "+") + Math.abs(contrast.difference).toFixed(2)
          + `; ${+contrast.mean.toPrecision(3)}, ${+contrast.siblingMean.toPrecision(3)}`,
        colour: contrast.difference < 0 ? 3 : 2,
      }))));
    }
    if (node.attributes.length) {
      const order = report.attributes.map((name, index) => ({ name, share: node.attributes[index], overall: report.shares[index] }))
        .sort((a, b) => Math.abs(b.share - b.overall) - Math.abs(a.share - a.overall)).slice(0, 12);
      add("Attributes: here, of all", bars(order.map(({ name, share, overall }) => ({
        name, share, text: `${percent(share)}, ${percent(overall)}`,
      }))));
    }
    return parts;
  }

  // Details of a node, beside the tree. The focus goes there, and back to the node.
  const details = document.getElementById("details");
  const stage = details?.parentElement;
  let selected = null;
  let opener = null;
  function select(id, from) {
    all(".node.selected").forEach((element) => element.classList.remove("selected"));
    const former = selected;
    selected = id;
    details.hidden = id == null;
    stage.classList.toggle("open", id != null);
    if (id == null) {
      if (former != null) (opener?.isConnected && opener.style.display !== "none" ? opener : visibleNode(former))?.focus();
      return;
    }
    if (from) opener = from;
    all(`.node[data-node="${id}"]`).forEach((element) => element.classList.add("selected"));
    const node = nodes[id];
    const close = make("button", { type: "button", className: "close", textContent: "Close" });
    close.addEventListener("click", () => select(null));
    const trail = make("div", { className: "path" });
    for (const step of [...pathTo(id), ...node.children]) {
      const isBelow = node.children.includes(step);
      const button = make("button", { type: "button", textContent: (isBelow ? "\u2193 " : "") + step, disabled: step === id });
      button.setAttribute("aria-label", title(step));
      button.addEventListener("click", () => select(step));
      trail.append(button);
    }
    const beside = make("button", { type: "button", textContent: "Side by side" });
    beside.addEventListener("click", () => compare(id));
    trail.append(beside);
    details.replaceChildren(close, make("h3", { textContent: title(id) }), trail, ...contents(id));
    details.scrollTop = 0;
    details.focus({ preventScroll: true });
    const box = details.getBoundingClientRect();
    if (box.top > innerHeight - 120 || box.top < 0) details.scrollIntoView({ block: "start" });
  }
  const visibleNode = (id) => all(`.node[data-node="${id}"]`).find((element) => element.getClientRects().length > 0);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && selected != null) select(null); });

  // Two nodes side by side.
  const sides = all("[data-pair]");
  function fillSide(choice) {
    const place = document.getElementById(choice.dataset.pair + "-details");
    place.replaceChildren(...(choice.value === "" ? [] : [make("h3", { textContent: title(+choice.value) }), ...contents(+choice.value)]));
  }
  sides.forEach((choice) => choice.addEventListener("change", () => fillSide(choice)));
  /** Puts a node on the side that is free, or else on the second. */
  function compare(id) {
    const choice = sides.find((side) => side.value === "" || +side.value === id) ?? sides[1];
    choice.value = id;
    fillSide(choice);
    const other = sides.find((side) => side.value === "") ?? choice;
    other.focus({ preventScroll: true });
    document.getElementById("pair").scrollIntoView({ block: "start" });
  }

  // Find a sample, a class, a node.
  const members = report.members && (() => {
    const packed = bytes(report.members.leaves);
    const leaves = Array.from({ length: packed.length / 2 }, (_, index) => packed[2 * index] + 256 * packed[2 * index + 1]);
    return { leaves, ids: report.members.ids, name: (row) => report.members.ids[row] ?? String(row) };
  })();
  function findings(text) {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return [];
    const found = [];
    const number = wanted.match(/^(?:leaf |node )?(\d+)$/);
    if (number && nodes[+number[1]]) found.push({ id: +number[1], text: title(+number[1]) });
    classes.forEach((name, label) => {
      if (!name.toLowerCase().includes(wanted)) return;
      const homes = nodes.map((node, id) => ({ id, samples: node.classes[label] ?? 0 }))
        .filter(({ id, samples }) => isLeaf(id) && samples > 0).sort((a, b) => b.samples - a.samples).slice(0, 3);
      for (const { id, samples } of homes) found.push({ id, text: `${name}: ${count(samples)} in leaf ${id}` });
    });
    if (members) {
      let shown = 0;
      for (let row = 0; row < members.leaves.length && shown < 5; row += 1) {
        const name = members.name(row);
        const fits = members.ids.length ? name.toLowerCase().includes(wanted) : name === wanted;
        if (!fits) continue;
        shown += 1;
        found.push({ id: members.leaves[row], text: `sample ${name}: leaf ${members.leaves[row]}` });
      }
    }
    return found.slice(0, 12);
  }
  const find = document.getElementById("find");
  find?.addEventListener("input", () => {
    const results = findings(find.value).map(({ id, text }) => {
      const button = make("button", { type: "button", textContent: text });
      button.addEventListener("click", () => { unfoldTo(id); select(id, button); });
      return button;
    });
    const nothing = find.value.trim() === "" || results.length ? [] : ["nothing of that name"];
    document.getElementById("found").replaceChildren(...results, ...nothing);
  });

  // Folding: the layout of the drawing over again, with subtrees that are one row.
  const folded = new Set();
  const numbers = (text) => text.match(/-?\d+(\.\d+)?/g).map(Number);
  const drawings = all(".tree-drawing").map((svg) => ({
    svg, top: +svg.dataset.top, row: +svg.dataset.row,
    nodes: all(".node", svg).map((element) => ({ element, id: +element.dataset.node, x: numbers(element.getAttribute("transform"))[0] })),
    rows: all(".row", svg).map((element) => ({ element, id: +element.dataset.node })),
    links: all(".link", svg).map((element) => {
      const points = numbers(element.getAttribute("d"));
      return { element, from: +element.dataset.from, to: +element.dataset.to, start: points[0], middle: points[2], turn: points[6], end: points[8] };
    }),
  }));
  function arrange(drawing) {
    const y = new Map();
    let next = drawing.top;
    const place = (id) => {
      const { children } = nodes[id];
      if (children.length && !folded.has(id)) {
        children.forEach(place);
        y.set(id, (y.get(children[0]) + y.get(children[children.length - 1])) / 2);
        return;
      }
      const height = children.length ? Math.min(drawing.row, 36) : drawing.row;
      y.set(id, next + height / 2);
      next += height;
    };
    place(0);
    for (const { element, id, x } of drawing.nodes) {
      element.style.display = y.has(id) ? "" : "none";
      if (!y.has(id)) continue;
      element.setAttribute("transform", `translate(${x} ${y.get(id)})`);
      element.classList.toggle("folded", folded.has(id));
      if (!isLeaf(id)) element.setAttribute("aria-expanded", String(!folded.has(id)));
      element.querySelector(".folded-note")?.remove();
      if (folded.has(id)) {
        const note = document.createElementNS("http://www.w3.org/2000/svg", "text");
        note.setAttribute("class", "folded-note");
        note.setAttribute("x", numbers(element.querySelector(".handle").getAttribute("transform"))[0] + 12);
        note.setAttribute("y", 4);
        note.textContent = `${leavesBelow(id)} leaves`;
        element.append(note);
      }
    }
    for (const { element, id } of drawing.rows) {
      element.style.display = y.has(id) ? "" : "none";
      if (y.has(id)) element.setAttribute("transform", `translate(0 ${y.get(id)})`);
    }
    for (const { element, from, to, start, middle, turn, end } of drawing.links) {
      element.style.display = y.has(to) ? "" : "none";
      if (!y.has(to)) continue;
      const [a, b] = [y.get(from), y.get(to)];
      element.setAttribute("d", `M${start} ${a}C${middle} ${a} ${middle} ${b} ${turn} ${b}H${end}`);
    }
    const width = numbers(drawing.svg.getAttribute("viewBox"))[2];
    drawing.svg.setAttribute("viewBox", `0 0 ${width} ${next + 4}`);
    // Headings of columns go with the last leaf.
    const isEmpty = drawing.rows.every(({ id }) => !y.has(id));
    all(":scope > .heading", drawing.svg).forEach((heading) => { heading.style.display = isEmpty ? "none" : ""; });
  }
  function fold(change) {
    change();
    drawings.forEach(arrange);
  }
  const toggle = (id) => fold(() => { if (!folded.delete(id)) folded.add(id); });
  const unfoldTo = (id) => fold(() => pathTo(id).slice(0, -1).forEach((step) => folded.delete(step)));
  all("[data-fold]").forEach((button) => button.addEventListener("click", () => fold(() => {
    folded.clear();
    if (button.dataset.fold === "all") nodes[0].children.forEach((id) => { if (!isLeaf(id)) folded.add(id); });
  })));
  for (const { nodes: elements } of drawings) {
    for (const { element, id } of elements) {
      element.querySelector("title")?.remove();
      element.setAttribute("aria-label", summary(id).replaceAll("\n", ", "));
      if (!isLeaf(id)) element.setAttribute("aria-expanded", "true");
      element.addEventListener("click", (event) => {
        if (event.target.closest(".handle")) toggle(id);
        else select(selected === id ? null : id, element);
      });
      element.addEventListener("keydown", (event) => {
        if (event.key === "Enter") select(id, element);
        else if (event.key === " " && !isLeaf(id)) toggle(id);
        else return;
        event.preventDefault();
      });
      element.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") showTip(summary(id), event); });
      element.addEventListener("pointerleave", hideTip);
    }
  }
  for (const { rows } of drawings) {
    for (const { element, id } of rows) {
      element.style.cursor = "pointer";
      element.addEventListener("click", () => select(selected === id ? null : id, visibleNode(id)));
    }
  }

  // Curves: some epochs of all charts at once, losses on a logarithmic axis, the values of an epoch.
  const charts = all(".chart-drawing").map((svg) => {
    const { left, right, top, bottom } = svg.dataset;
    return {
      svg, left: +left, right: +right, top: +top, bottom: +bottom, keys: svg.dataset.series.split(" "),
      range: svg.dataset.range?.split(" ").map(Number), isLogarithmic: "logarithmic" in svg.dataset,
      isLoss: "loss" in svg.dataset, isStepped: "stepped" in svg.dataset,
    };
  });
  const epochs = report.phases.length;
  const view = { start: 0, end: epochs, logarithmic: false };
  const xOf = (chart, epoch) => chart.left + (chart.right - chart.left) * (epoch - view.start) / (view.end - view.start);
  /** Round numbers between two limits, some four. */
  function ticks(low, high) {
    const rough = (high - low) / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? 10 * power;
    const result = [];
    for (let place = Math.ceil(low / step - 1e-9); place * step <= high + 1e-9 * step; place += 1) result.push(place * step);
    return result;
  }
  const brief = (value) => String(+value.toPrecision(4));
  function redraw(chart) {
    const { svg, left, right, top, bottom } = chart;
    const values = chart.keys.flatMap((key) => report.history[key].slice(view.start, view.end)).filter((value) => value != null);
    // A loss may be negative, and then has no logarithm.
    const isLogarithmic = chart.isLogarithmic || (view.logarithmic && chart.isLoss && values.every((value) => value > 0));
    const scaled = (value) => (isLogarithmic ? Math.log10(value) : value);
    const shown = values.filter((value) => !isLogarithmic || value > 0).map(scaled);
    let [low, high] = chart.range ?? [Math.min(...shown), Math.max(...shown)];
    if (!shown.length) [low, high] = [0, 1];
    if (!chart.range) {
      const air = high > low ? 0.05 * (high - low) : Math.max(1e-6, Math.abs(low) * 0.1);
      [low, high] = [low - air, high + air];
    }
    const y = (value) => bottom - (bottom - top) * (scaled(value) - low) / (high - low);
    const part = (name) => svg.querySelector("." + name);
    part("phases").replaceChildren(...report.bands.flatMap(({ name, start, end, subtree }) => {
      const [from, to] = [Math.max(start, view.start), Math.min(end, view.end)];
      if (from >= to) return [];
      const [x1, x2] = [xOf(chart, from), xOf(chart, to)];
      if (subtree) return [svgElement("rect", { class: "shade", x: x1, y: top, width: x2 - x1, height: bottom - top })];
      if (name.length * 5.6 >= x2 - x1) return [];
      const label = svgElement("text", { class: "phase", x: (x1 + x2) / 2, y: 10, "text-anchor": "middle" });
      label.textContent = name;
      return [label];
    }));
    const grid = [];
    const text = (x, at, anchor, content) => {
      const label = svgElement("text", { class: "tick", x, y: at, "text-anchor": anchor });
      label.textContent = content;
      grid.push(label);
    };
    for (const tick of ticks(low, high)) {
      const at = bottom - (bottom - top) * (tick - low) / (high - low);
      grid.push(svgElement("line", { class: "grid-line", x1: left, x2: right, y1: at, y2: at }));
      text(left - 6, at + 4, "end", brief(isLogarithmic ? 10 ** tick : tick));
    }
    for (const tick of ticks(view.start, view.end)) if (Number.isInteger(tick)) text(xOf(chart, tick), bottom + 16, "middle", count(tick));
    part("grid").replaceChildren(...grid);
    const curves = all(".curve", svg);
    chart.keys.forEach((key, place) => {
      const series = report.history[key];
      let path = "";
      for (const { start, end } of report.bands) {
        let isOpen = false;
        for (let epoch = Math.max(start, view.start - 1); epoch < Math.min(end, view.end + 1); epoch += 1) {
          const value = series[epoch];
          if (value == null || (isLogarithmic && value <= 0)) { isOpen = false; continue; }
          const at = y(value).toFixed(2);
          if (chart.isStepped) {
            const [from, to] = [xOf(chart, epoch).toFixed(2), xOf(chart, epoch + 1).toFixed(2)];
            path += isOpen ? `V${at}H${to}` : `M${from} ${at}H${to}`;
          } else {
            const x = xOf(chart, epoch + 0.5).toFixed(2);
            path += isOpen ? `L${x} ${at}` : `M${x} ${at}L${x} ${at}`;
          }
          isOpen = true;
        }
      }
      curves[place].setAttribute("d", path);
    });
    part("marks").replaceChildren(...report.bands.filter(({ start, subtree }) => subtree && start >= view.start && start < view.end)
      .flatMap(({ start }) => {
        const x = xOf(chart, start);
        return [svgElement("path", { class: "mark", d: `M${x} ${top}V${bottom}` }), svgElement("path", { class: "mark-head", d: `M${x} ${top}l-4 -7h8z` })];
      }));
  }
  const control = (id) => document.getElementById(id);
  function look(start, end) {
    view.start = Math.max(0, Math.min(start, epochs - 1));
    view.end = Math.max(view.start + 1, Math.min(end, epochs));
    control("first-epoch").value = view.start + 1;
    control("last-epoch").value = view.end;
    const band = report.bands.findIndex((band) => band.start === view.start && band.end === view.end);
    control("phase").value = band < 0 || (view.start === 0 && view.end === epochs && report.bands.length > 1) ? "" : band;
    charts.forEach(redraw);
  }
  if (charts.length) {
    control("phase").addEventListener("change", ({ target }) => {
      const band = report.bands[target.value];
      if (target.value !== "") look(band.start, band.end);
      else look(0, epochs);
    });
    for (const id of ["first-epoch", "last-epoch"]) {
      control(id).addEventListener("change", () => look(+control("first-epoch").value - 1, +control("last-epoch").value));
    }
    control("logarithmic").addEventListener("change", ({ target }) => { view.logarithmic = target.checked; charts.forEach(redraw); });
    control("all-epochs").addEventListener("click", () => look(0, epochs));
  }
  let probed = null;
  function probe(epoch) {
    probed = epoch;
    for (const chart of charts) {
      chart.svg.classList.toggle("probed", epoch != null);
      if (epoch == null) continue;
      const cross = chart.svg.querySelector(".cross");
      cross.setAttribute("x1", xOf(chart, epoch + 0.5));
      cross.setAttribute("x2", xOf(chart, epoch + 0.5));
    }
  }
  const valuesAt = (chart, epoch) => [`epoch ${epoch + 1}, ${report.phases[epoch]}`, ...chart.keys.flatMap((key) => {
    const value = report.history[key][epoch];
    return value == null ? [] : [`${key.replaceAll("_", " ")}: ${+value.toPrecision(5)}`];
  })].join("\n");
  for (const chart of charts) {
    const { svg, left, right, top, bottom } = chart;
    const epochAt = (event) => {
      const box = svg.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      return view.start + Math.floor((x - left) / (right - left) * (view.end - view.start));
    };
    let dragged = null;
    svg.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      dragged = { from: epochAt(event), frame: svgElement("rect", { class: "frame", y: top, height: bottom - top, x: 0, width: 0 }) };
      svg.append(dragged.frame);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      const epoch = epochAt(event);
      if (dragged) {
        const ends = [dragged.from, epoch].sort((a, b) => a - b);
        const x1 = Math.max(left, xOf(chart, ends[0]));
        dragged.frame.setAttribute("x", x1);
        dragged.frame.setAttribute("width", Math.max(0, Math.min(right, xOf(chart, ends[1] + 1)) - x1));
      }
      if (epoch < view.start || epoch >= view.end) { hideTip(); probe(null); return; }
      probe(epoch);
      showTip(valuesAt(chart, epoch), event);
    });
    svg.addEventListener("pointerup", (event) => {
      if (!dragged) return;
      const ends = [dragged.from, epochAt(event)].sort((a, b) => a - b);
      dragged.frame.remove();
      dragged = null;
      if (ends[1] > ends[0]) look(ends[0], ends[1] + 1);
    });
    svg.addEventListener("pointerleave", () => { hideTip(); probe(null); });
    svg.addEventListener("blur", () => { hideTip(); probe(null); });
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
      if (step == null) return;
      event.preventDefault();
      const next = probed == null ? view.start : Math.max(view.start, Math.min(view.end - 1, probed + step));
      probe(next);
      const box = svg.getBoundingClientRect();
      showTip(valuesAt(chart, next), {
        clientX: box.left + xOf(chart, next) / svg.viewBox.baseVal.width * box.width, clientY: box.top + box.height / 3,
      });
    });
  }

  // Cells of the confusion matrix, by pointer and by arrow keys.
  const matrix = document.querySelector("#confusion table");
  if (matrix) {
    const rows = all("tbody tr", matrix).map((row) => all("td", row));
    const leaves = all("thead tr:last-child th", matrix).map((cell) => cell.textContent);
    const told = (row, column) => {
      const name = rows[row][column].parentElement.querySelector("th[scope=row]").textContent;
      return `${count(+(rows[row][column].dataset.n ?? 0))} of ${name} in leaf ${leaves[column]}`;
    };
    let at = null;
    rows.forEach((cells, row) => cells.forEach((cell, column) => {
      cell.addEventListener("pointermove", (event) => showTip(told(row, column), event));
      cell.addEventListener("pointerleave", hideTip);
    }));
    const mark = (next) => {
      if (at) rows[at[0]][at[1]].classList.remove("current");
      at = next;
      if (!at) { hideTip(); return; }
      const cell = rows[at[0]][at[1]];
      cell.classList.add("current");
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
      const box = cell.getBoundingClientRect();
      showTip(told(...at), { clientX: box.left, clientY: box.bottom - 10 });
    };
    matrix.parentElement.addEventListener("keydown", (event) => {
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (!step) return;
      event.preventDefault();
      mark(at ? [Math.max(0, Math.min(rows.length - 1, at[0] + step[0])), Math.max(0, Math.min(leaves.length - 1, at[1] + step[1]))] : [0, 0]);
    });
    matrix.parentElement.addEventListener("blur", () => mark(null));
  }

  // What a figure means: its link opens the list.
  all(".tile a").forEach((link) => link.addEventListener("click", () => { document.getElementById("meanings").open = true; }));

  // Files.
  function save(name, type, text) {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  const table = (rows) => rows.map((row) => row.map((value) => {
    const text = value == null ? "" : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }).join(",") + "\n").join("");
  const tables = {
    nodes: () => [
      ["node", "parent", "depth", "leaf", "samples", "support", ...classes.map((name) => "samples of " + name)],
      ...nodes.map((node, id) => [id, node.parent, node.depth, isLeaf(id) ? 1 : 0, node.samples, node.support, ...node.classes]),
    ],
    contrasts: () => [
      ["node", "sibling", "feature", "mean", "mean of the sibling", "difference in standard deviations"],
      ...nodes.flatMap((node, id) => node.contrasts.map((contrast) => [
        id, nodes[node.parent].children.find((child) => child !== id), contrast.name, contrast.mean, contrast.siblingMean,
        contrast.difference,
      ])),
    ],
    confusion: () => {
      const leaves = nodes.map((_, id) => id).filter(isLeaf);
      return [["class", ...leaves.map((id) => "leaf " + id)], ...classes.map((name, label) => [name, ...leaves.map((id) => nodes[id].classes[label])])];
    },
    curves: () => {
      const keys = Object.keys(report.history).sort();
      return [["epoch", "phase", ...keys], ...report.phases.map((phase, epoch) => [epoch + 1, phase, ...keys.map((key) => report.history[key][epoch])])];
    },
    members: () => [["sample", "leaf"], ...members.leaves.map((leaf, row) => [members.name(row), leaf])],
  };
  /** The wide drawing as a file of its own, light, as it is folded now. */
  function drawing() {
    const svg = document.querySelector(".tree.wide svg").cloneNode(true);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ");
    for (const [key, value] of Object.entries({ xmlns: space, width, height })) svg.setAttribute(key, value);
    all("use", svg).forEach((use) => {
      const group = svgElement("g", { transform: use.getAttribute("transform") ?? "" });
      const image = document.querySelector(use.getAttribute("href"))?.cloneNode(true);
      image?.removeAttribute("id");
      if (image) group.append(image);
      use.replaceWith(group);
    });
    all(".handle", svg).forEach((handle) => handle.remove());
    all("[style*='display: none']", svg).forEach((hidden) => hidden.remove());
    const style = svgElement("style", {});
    style.textContent = report.style;
    svg.prepend(style, svgElement("rect", { width: "100%", height: "100%", class: "paper" }));
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(svg) + "\n";
  }
  const stem = report.dataset.replace(/[^\w.-]+/g, "-") || "tree";
  all("[data-download]").forEach((button) => button.addEventListener("click", () => {
    const kind = button.dataset.download;
    if (kind === "tree") save(`${stem}-tree.svg`, "image/svg+xml", drawing());
    else save(`${stem}-${kind}.csv`, "text/csv", table(tables[kind]()));
  }));
})();
