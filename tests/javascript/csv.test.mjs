// Do the numbers of a figure come out as a table that any program reads?

import assert from "node:assert/strict";
import {test} from "node:test";
import {csvOf} from "../../src/sunstack/report/page/csv.js";
import {inColours} from "../../src/sunstack/report/page/themes.js";

const layout = {xaxis: {title: {text: "day"}}, yaxis: {title: {text: "Power, kW"}}};

test("lines over a common x stand side by side", () => {
  const data = [
    {type: "scatter", name: "a", x: [0, 1], y: [1.5, 2]},
    {type: "scatter", name: "b", x: [1, 2], y: [3, 4]},
  ];
  assert.equal(csvOf({data, layout}), 'day,"a (Power, kW)","b (Power, kW)"\n0,1.5,\n1,2,3\n2,,4\n');
});

test("bars give their lengths, and texts beside them are no bars", () => {
  const data = [
    {type: "bar", y: ["array", "battery"], base: [0, 600], x: [600, 160]},
    {type: "scatter", mode: "text", x: [0, 0], y: ["array", "battery"]},
  ];
  assert.equal(csvOf({data, layout}), "name,day\narray,600\nbattery,160\n");
});

test("a heatmap gives a row a cell", () => {
  const data = [{type: "heatmap", name: "%", x: ["d1", "d2"], y: [500], z: [[1, 2]]}];
  assert.equal(csvOf({data, layout}), 'day,"Power, kW",%\nd1,500,1\nd2,500,2\n');
});

test("places stand with their degrees, and the land under them is no number", () => {
  const data = [
    {type: "scatter", mode: "lines", meta: "land", x: [0, null], y: [1, null]},
    {type: "scatter", meta: "places", name: "ms", x: [139.7, 7], y: [35.7, -1], customdata: [["Tokyo", 24], ["a &amp; b", 1]]},
    {type: "scatter", meta: "places", name: "never", x: [20], y: [70], customdata: [["Tromsø", null]]},
  ];
  assert.equal(
    csvOf({data, layout}),
    'name,"longitude, °","latitude, °",value,what\nTokyo,139.7,35.7,24,ms\na & b,7,-1,1,ms\nTromsø,20,70,,never\n',
  );
});

test("no figure gives no text", () => {
  assert.equal(csvOf({data: [], layout}), "");
});

test("quotes, commas and entities are written as they read, formulas as text", () => {
  const data = [{type: "bar", y: ['a "b", &lt;c&gt; &amp; d', "=1+1"], base: [0, 0], x: [1, 2]}];
  assert.equal(csvOf({data, layout}).split("\n")[1], '"a ""b"", <c> & d",1');
  assert.equal(csvOf({data, layout}).split("\n")[2], "'=1+1,2");
});

test("colours are exchanged wherever they stand, and nothing else", () => {
  const figure = {data: [{marker: {color: ["#000000", "#111111"]}, name: "black"}], layout: {height: 3}};
  const dark = inColours(figure, {"#000000": "#ffffff"});
  assert.deepEqual(dark.data[0].marker.color, ["#ffffff", "#111111"]);
  assert.equal(dark.data[0].name, "black");
  assert.equal(dark.layout.height, 3);
  assert.equal(figure.data[0].marker.color[0], "#000000");
});
