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

  // Details of a node.
  const details = document.getElementById("details");
  let selected = null;
  function bars(entries) {
    const grid = make("div", { className: "bars" });
    for (const { name, share, text, colour } of entries) {
      const bar = make("i", { className: colour == null ? "" : "c" + (colour % colours) });
      bar.style.width = Math.max(0, Math.min(1, share)) * 100 + "%";
      grid.append(make("span", { textContent: name, title: name }), bar, make("em", { textContent: text }));
    }
    return grid;
  }
  function pictures(kind, id, sheet) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", `0 0 ${sheet.columns * sheet.width} ${sheet.rows * sheet.height}`);
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", `#${kind}-${id}`);
    svg.append(use);
    return svg;
  }
  function select(id) {
    all(".node.selected").forEach((element) => element.classList.remove("selected"));
    selected = id;
    details.hidden = id == null;
    if (id == null) return;
    all(`.node[data-node="${id}"]`).forEach((element) => element.classList.add("selected"));
    const node = nodes[id];
    const path = [];
    for (let at = id; at != null; at = nodes[at].parent) path.unshift(at);
    const close = make("button", { type: "button", className: "close", textContent: "Close" });
    close.addEventListener("click", () => select(null));
    const trail = make("div", { className: "path" });
    for (const step of [...path, ...node.children]) {
      const label = step === id ? String(step) : step > id && node.children.includes(step) ? "↓ " + step : String(step);
      const button = make("button", { type: "button", textContent: label, disabled: step === id });
      button.addEventListener("click", () => select(step));
      trail.append(button);
    }
    details.replaceChildren(close, make("h3", { textContent: title(id) }),
      make("div", {
        textContent: `${count(node.samples)} samples, ${percent(node.samples / Math.max(1, report.samples))}, depth ${path.length - 1}`
          + (isLeaf(id) ? "" : `, ${leavesBelow(id)} leaves`),
      }), trail);
    const add = (heading, content) => details.append(make("h4", { textContent: heading }), content);
    const present = ranked(id);
    if (present.length) {
      const purity = (present[0].samples / node.samples).toFixed(3);
      add(`Classes, purity ${purity}`, bars(present.slice(0, 12).map(({ samples, label }) => ({
        name: classes[label], share: samples / present[0].samples, text: count(samples), colour: label,
      }))));
    }
    for (const [kind, heading] of [["data", "Samples of the data"], ["generated", "Generated by the leaf"]]) {
      if (node.sheet && document.getElementById(`${kind}-${id}`)) add(heading, pictures(kind, id, node.sheet));
    }
    if (node.features.length) {
      const most = Math.max(...node.features.map((feature) => feature.mean));
      add("More than elsewhere: mean here, mean of all", bars(node.features.map((feature) => ({
        name: feature.name, share: feature.mean / most, text: `${+feature.mean.toPrecision(3)}, ${+feature.overall.toPrecision(3)}`,
      }))));
    }
    if (node.contrasts.length) {
      const most = Math.max(...node.contrasts.map((contrast) => Math.abs(contrast.difference)));
      add("Against the sibling, in standard deviations", bars(node.contrasts.map((contrast) => ({
        name: contrast.name, share: Math.abs(contrast.difference) / most,
        text: (contrast.difference < 0 ? "−" : "+") + Math.abs(contrast.difference).toFixed(2),
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
    details.scrollTop = 0;
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") select(null); });

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
      element.querySelector(".folded-note")?.remove();
      if (folded.has(id)) {
        const note = document.createElementNS("http://www.w3.org/2000/svg", "text");
        note.setAttribute("class", "folded-note");
        note.setAttribute("x", numbers(element.querySelector(".handle").getAttribute("transform"))[0] + 16);
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
  }
  function fold(change) {
    change();
    drawings.forEach(arrange);
  }
  const toggle = (id) => fold(() => { if (!folded.delete(id)) folded.add(id); });
  all("[data-fold]").forEach((button) => button.addEventListener("click", () => fold(() => {
    folded.clear();
    if (button.dataset.fold === "all") nodes[0].children.forEach((id) => { if (!isLeaf(id)) folded.add(id); });
  })));
  for (const { nodes: elements } of drawings) {
    for (const { element, id } of elements) {
      element.querySelector("title")?.remove();
      element.setAttribute("aria-label", summary(id).replaceAll("\n", ", "));
      element.addEventListener("click", (event) => {
        if (event.target.closest(".handle")) toggle(id);
        else select(selected === id ? null : id);
      });
      element.addEventListener("keydown", (event) => {
        if (event.key === "Enter") select(id);
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
      element.addEventListener("click", () => select(selected === id ? null : id));
    }
  }

  // Curves: the epoch under the pointer, in all charts at once.
  const charts = all(".chart-drawing");
  function probe(epoch) {
    for (const svg of charts) {
      svg.classList.toggle("probed", epoch != null);
      if (epoch == null) continue;
      const { left, right, epochs } = svg.dataset;
      const x = +left + (+right - +left) * (epoch + 0.5) / +epochs;
      const cross = svg.querySelector(".cross");
      cross.setAttribute("x1", x);
      cross.setAttribute("x2", x);
    }
  }
  for (const svg of charts) {
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const { left, right, epochs, series } = svg.dataset;
      const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      const epoch = Math.floor((x - +left) / (+right - +left) * +epochs);
      if (epoch < 0 || epoch >= +epochs) { hideTip(); probe(null); return; }
      const lines = [`epoch ${epoch + 1}, ${report.phases[epoch]}`];
      for (const key of series.split(" ")) {
        const value = report.history[key][epoch];
        if (value != null) lines.push(`${key.replaceAll("_", " ")}: ${+value.toPrecision(5)}`);
      }
      probe(epoch);
      showTip(lines.join("\n"), event);
    });
    svg.addEventListener("pointerleave", () => { hideTip(); probe(null); });
  }

  // Cells of the confusion matrix.
  all(".matrix td[data-n]").forEach((cell) => {
    cell.addEventListener("pointermove", (event) => {
      const leaf = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
      showTip(`${count(+cell.dataset.n)} of ${cell.parentElement.cells[0].textContent} in leaf ${leaf}`, event);
    });
    cell.addEventListener("pointerleave", hideTip);
  });
})();
