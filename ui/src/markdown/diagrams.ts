/**
 * Mermaid, loaded when the first diagram is wanted. A diagram is shown as a picture: whatever
 * stands in its text, a picture runs nothing and loads nothing.
 */

/** Beyond this drawing could take for ever, in characters. */
export const LONGEST = 20_000;

let drawn = 0;

/** The address of a picture of a diagram; who shows it gives it back with `URL.revokeObjectURL`. */
export async function pictureOf(text: string, dark: boolean): Promise<string> {
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    theme: dark ? "dark" : "neutral",
    fontFamily: "sans-serif",
    htmlLabels: false,
    flowchart: { htmlLabels: false, useMaxWidth: false },
    sequence: { useMaxWidth: false },
    suppressErrorRendering: true,
    maxTextSize: LONGEST,
  });
  drawn += 1;
  const { svg } = await mermaid.render(`diagram-${drawn}`, text);
  return URL.createObjectURL(new Blob([sized(svg)], { type: "image/svg+xml" }));
}

/** A picture needs a size of its own: that of its view box. */
function sized(svg: string): string {
  const size = /viewBox="[-\d.e]+[ ,]+[-\d.e]+[ ,]+([\d.e]+)[ ,]+([\d.e]+)"/i.exec(svg);
  if (!size) return svg;
  return svg.replace(/<svg([^>]*)>/, (_, rest: string) => {
    const others = rest.replace(/\s(?:width|height)="[^"]*"/g, "");
    return `<svg${others} width="${size[1]}" height="${size[2]}">`;
  });
}
