// data-chart="id": draws the JSON of that id; the page has a table with the same figures. Bars of held against goal, or by
// "kind" a line over the years or the columns of a histogram.
"use strict";

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const upright = (data) => ({
  grid: { left: 8, right: 16, top: 56, bottom: 8, containLabel: true },
  xAxis: { type: "category", data: data.names, axisLabel: { hideOverlap: true } },
  yAxis: { type: "value", name: data.kind === "line" ? data.unit : "", nameTextStyle: { align: "left" }, splitLine: { lineStyle: { color: "#e6ebee" } } },
  series: [data.held, data.goal].filter(Boolean).map((values, n) => (
    data.kind === "line"
      ? { name: data.labels[n], type: "line", data: values, symbolSize: 7, lineStyle: { type: n ? "dashed" : "solid" } }
      : { name: data.labels[n], type: "bar", data: values, barCategoryGap: "8%" }
  )),
});
const lying = (data, box) => ({
  grid: { left: 8, right: 60, top: 36, bottom: 8, containLabel: true },
  xAxis: { type: "value", name: data.unit || "", splitLine: { lineStyle: { color: "#e6ebee" } } },
  yAxis: {
    type: "category", inverse: true, data: data.names, axisTick: { show: false },
    axisLabel: { width: box.clientWidth < 500 ? 110 : 260, overflow: "truncate" },
  },
  series: [data.held, data.goal].map((values, n) => (
    { name: data.labels[n], type: "bar", data: values, barWidth: 9, barGap: "20%", label: { show: true, position: "right", fontSize: 11 } }
  )),
});
document.querySelectorAll("[data-chart]").forEach((box) => {
  const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  box.style.height = data.kind ? "15rem" : `${Math.max(9, 4 + data.names.length * 2.6)}rem`;
  const chart = echarts.init(box, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("--tc-ink") },
    color: [colour("--tc-accent"), data.kind === "line" ? "#8fa1ab" : "#c3d3d9"],
    legend: { top: 0, left: 0, icon: "rect", itemWidth: 14, itemHeight: 10 },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    ...(data.kind ? upright(data) : lying(data, box)),
  });
  addEventListener("resize", () => chart.resize());
});
