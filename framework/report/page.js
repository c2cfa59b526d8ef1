"use strict";
// Values of a chart under the pointer and by the arrow keys, and curves that are hidden. All figures are read
// from the chart's own table.
for (const chart of document.querySelectorAll(".chart")) {
  const plot = chart.querySelector(".plot"), cursor = chart.querySelector(".cursor");
  const readout = chart.querySelector(".readout");
  const rows = [...chart.querySelectorAll(".numbers tbody tr")].map(row => [...row.cells].map(c => c.textContent));
  const names = [...chart.querySelectorAll(".numbers thead th")].map(c => c.textContent);
  const curves = [...chart.querySelector(".area").querySelectorAll(".curve")];
  const low = +rows[0][0], high = +rows[rows.length - 1][0];
  let at = -1;

  const place = row => high > low ? (+row[0] - low) / (high - low) : 0.5;
  const hide = () => { at = -1; cursor.hidden = true; readout.replaceChildren(); };
  const show = i => {
    at = Math.max(0, Math.min(rows.length - 1, i));
    const x = place(rows[at]);
    cursor.hidden = false;
    cursor.style.left = 100 * x + "%";
    const lines = [[names[0], rows[at][0]]];
    curves.forEach((curve, c) => {
      if (!curve.classList.contains("hidden")) lines.push([names[c + 1], rows[at][c + 1], curve]);
    });
    readout.replaceChildren(...lines.slice(0, 17).map(([name, value, curve]) => {
      const line = document.createElement("div"), label = document.createElement("span");
      if (curve) label.className = [...curve.classList].find(k => /^c\d$/.test(k));
      label.textContent = name;
      line.append(label, " ", value);
      return line;
    }));
    if (lines.length > 17) readout.append(lines.length - 17 + " more: see Numbers");
    const left = plot.offsetLeft + x * plot.offsetWidth;
    readout.style.top = plot.offsetTop + 8 + "px";
    readout.style.left = (x > 0.5 ? Math.max(0, left - readout.offsetWidth - 10) : left + 10) + "px";
  };
  plot.addEventListener("pointermove", event => {
    const box = plot.getBoundingClientRect(), x = (event.clientX - box.left) / box.width;
    let nearest = 0;
    rows.forEach((row, i) => {
      if (Math.abs(place(row) - x) < Math.abs(place(rows[nearest]) - x)) nearest = i;
    });
    show(nearest);
  });
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", event => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Escape") hide();
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
  for (const box of chart.querySelectorAll(".of"))
    box.addEventListener("change", () => {
      for (const path of chart.querySelectorAll('[data-of="' + box.value + '"]'))
        path.classList.toggle("hidden", !box.checked);
    });
}
