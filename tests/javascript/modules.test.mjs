// Can the modules be joined to one script: do they load without a page, and are their names unique?

import assert from "node:assert/strict";
import {readFileSync, readdirSync} from "node:fs";
import {test} from "node:test";

const FOLDER = new URL("../../src/sunstack/report/page/", import.meta.url);
const MODULES = readdirSync(FOLDER).filter((name) => name.endsWith(".js"));
const DEFINED = /^(?:export )?(?:async )?(?:function|const|let|class) (?:([\w$]+)|\[([^\]]*)\])/gm;

test("every module loads where there is no page", async () => {
  await Promise.all(MODULES.map((name) => import(new URL(name, FOLDER))));
});

test("no name is defined twice", () => {
  const names = MODULES.flatMap((module) => {
    const text = readFileSync(new URL(module, FOLDER), "utf8");
    return [...text.matchAll(DEFINED)].flatMap(([, name, list]) => name ?? list.split(/,\s*/));
  });
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  assert.deepEqual(twice, []);
});
