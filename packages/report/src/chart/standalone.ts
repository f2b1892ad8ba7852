/** A chart of the pages as a file of its own, for papers and documents. */

const STYLE = `text{font:11px system-ui,sans-serif}.tick,.label{fill:#5c646d}.grid{stroke:#d9d6ce;stroke-width:.6}
.axis{stroke:#5c646d;stroke-width:.8}.line{fill:none;stroke:currentColor;stroke-width:1.5;stroke-linejoin:round}
.area{fill:currentColor;opacity:.25}.dot{fill:currentColor}.truth{color:#20242a}
.surface{fill:#fff;stroke:currentColor;stroke-width:.8}
.s0{color:#8a8f96}.s1{color:#d2572b}.s2{color:#1f77b4}.s3{color:#8a4fb0}.s4{color:#2b8a4b}.s5{color:#b58a00}.s6{color:#c2407f}.s7{color:#00838f}`;

/** The same SVG with the colours of the light page, on white. */
export function standaloneSvg(chart: string): string {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(chart) ?? [];
  // The title stays first: it is the picture's alternative text.
  return chart.replace(
    /^(<svg[^>]*?)>(<title>.*?<\/title>)?/,
    `$1 width="${width}" height="${height}">$2<style>${STYLE}</style><rect width="100%" height="100%" fill="#fff"/>`,
  );
}
