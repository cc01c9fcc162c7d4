// data-chart="id": draws held against goal from the JSON of that id; the page has a table with the same figures.
"use strict";

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
document.querySelectorAll("[data-chart]").forEach((box) => {
  const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  box.style.height = `${Math.max(9, 4 + data.names.length * 2.6)}rem`;
  const chart = echarts.init(box, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("--tc-ink") },
    color: [colour("--tc-accent"), "#c3d3d9"],
    grid: { left: 8, right: 60, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, icon: "rect", itemWidth: 14, itemHeight: 10 },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    xAxis: { type: "value", name: data.unit || "", splitLine: { lineStyle: { color: "#e6ebee" } } },
    yAxis: {
      type: "category", inverse: true, data: data.names, axisTick: { show: false },
      axisLabel: { width: box.clientWidth < 500 ? 110 : 260, overflow: "truncate" },
    },
    series: [
      { name: data.labels[0], type: "bar", data: data.held, barWidth: 9, label: { show: true, position: "right", fontSize: 11 } },
      { name: data.labels[1], type: "bar", data: data.goal, barWidth: 9, barGap: "20%", label: { show: true, position: "right", fontSize: 11 } },
    ],
  });
  addEventListener("resize", () => chart.resize());
});
