/** The page's look: one column of text, wide figures, both colour schemes, paper. */

export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #1d2126; --soft: #5c646d; --rule: #d9d6ce; --faint: #eeece5;
  --accent: #0b6a6b; --best: #0b6a6b; --truth: #20242a; --area: #c9c6bd;
  --c0: #8a8f96; --c1: #d2572b; --c2: #1f77b4; --c3: #8a4fb0; --c4: #2b8a4b; --c5: #b58a00;
  --c6: #c2407f; --c7: #00838f;
  --serif: Charter, 'Bitstream Charter', 'Iowan Old Style', 'Source Serif 4', Cambria, Georgia, serif;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e6e4de; --soft: #9aa2ab; --rule: #343a40; --faint: #1f2428;
    --accent: #58c2bd; --best: #58c2bd; --truth: #f0eee8; --area: #3f464d;
    --c0: #8d949c; --c1: #f08a5d; --c2: #6cb2eb; --c3: #c196e2; --c4: #6fca8b; --c5: #e0bd4a;
    --c6: #ee86b4; --c7: #4fc3d1;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.55 var(--serif); font-feature-settings: 'kern', 'liga';
}
main { max-width: 1080px; margin: 0 auto; padding: 0 28px 64px; }
header { padding: 64px 0 26px; border-bottom: 1px solid var(--rule); margin-bottom: 30px; }
h1 { font-size: clamp(30px, 5vw, 44px); line-height: 1.12; font-weight: 600; margin: 0; letter-spacing: -.012em; text-wrap: balance; }
.subtitle { font-size: 19px; color: var(--soft); margin: 12px 0 0; max-width: 44em; text-wrap: pretty; }
h2 { font-size: 24px; font-weight: 600; margin: 56px 0 6px; letter-spacing: -.006em; }
h2 + p { margin-top: 0; }
p { max-width: 43em; margin: 8px 0 18px; text-wrap: pretty; }
p.lead { color: var(--soft); }
figure { margin: 18px 0; }
figcaption, .controls, table, .facts, .legend, svg text, .tag, footer { font-family: var(--sans); }
figcaption { font-size: 13.5px; line-height: 1.45; color: var(--soft); }
figcaption b { color: var(--ink); font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 14px 28px; margin: 0; font-size: 14px; }
.facts dt { color: var(--soft); font-size: 12px; letter-spacing: .03em; }
.facts dd { margin: 1px 0 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; margin-top: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 14.5px; font-variant-numeric: tabular-nums; border-top: 1.6px solid var(--ink); border-bottom: 1.6px solid var(--ink); }
th, td { padding: 7px 14px; text-align: right; white-space: nowrap; }
th:first-child { text-align: left; padding-left: 2px; position: sticky; left: 0; background: var(--paper); }
thead th { font-weight: 600; border-bottom: 1px solid var(--ink); vertical-align: bottom; }
tbody th { font-weight: 500; }
tbody tr + tr > * { border-top: 1px solid var(--faint); }
.unit { color: var(--soft); font-weight: 400; font-size: .86em; }
.arrow { color: var(--soft); font-weight: 400; }
.best { font-weight: 700; color: var(--best); }
.best::before { content: '●'; font-size: .5em; vertical-align: .42em; margin-right: .6em; }
.second { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 3px; }
.none { color: var(--soft); }
sub { font-size: .72em; line-height: 0; }
.controls { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: end; font-size: 14px; margin: 14px 0 12px; }
.pick { display: grid; gap: 3px; }
.pick span { font-size: 12px; color: var(--soft); }
select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--rule); border-radius: 7px; padding: 6px 10px; min-width: 130px; max-width: 46vw; }
.choice { display: inline-flex; border: 1px solid var(--rule); border-radius: 7px; overflow: hidden; }
.choice input { position: absolute; opacity: 0; pointer-events: none; }
.choice span { display: block; padding: 6px 13px; cursor: pointer; }
.choice label + label span { border-left: 1px solid var(--rule); }
.choice input:checked + span { background: var(--ink); color: var(--paper); }
.choice input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: -3px; }
.check { display: inline-flex; gap: 7px; align-items: center; padding: 6px 0; }
select:focus-visible, .check input:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.stage {
  position: relative; width: min(100%, 88vh * var(--ratio)); aspect-ratio: var(--ratio); overflow: hidden; border-radius: 6px;
  background: repeating-conic-gradient(var(--faint) 0 25%, var(--paper) 0 50%) 0 0 / 18px 18px;
  cursor: ew-resize; touch-action: pan-y; user-select: none; margin: 0 auto;
}
.stage[data-view=detail] { width: min(100%, 88vh * var(--detail-ratio)); aspect-ratio: var(--detail-ratio); }
.stage img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
.stage[data-view=detail] img { image-rendering: pixelated; }
.stage img.left { clip-path: inset(0 calc(100% - var(--split)) 0 0); }
.stage img.right { clip-path: inset(0 0 0 var(--split)); }
.stage img[hidden] { display: none; }
.marks { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
.marks circle { fill: rgb(0 0 0 / .42); stroke: #fff; stroke-width: 2.2; }
.marks text { fill: #fff; font-size: 15px; font-weight: 600; }
.marks .window { fill: none; stroke: #fff; stroke-width: 1.5; stroke-dasharray: 6 5; vector-effect: non-scaling-stroke; opacity: .9; }
.stage[data-view=detail] .marks, .stage.bare .points { display: none; }
.tag { position: absolute; top: 10px; padding: 3px 9px; border-radius: 5px; background: rgb(0 0 0 / .62); color: #fff; font-size: 13px; pointer-events: none; max-width: 44%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tag.left { left: 10px; } .tag.right { right: 10px; }
.divider { position: absolute; top: 0; bottom: 0; left: var(--split); width: 0; outline: none; }
.divider::before { content: ''; position: absolute; inset: 0 -1px; background: #fff; box-shadow: 0 0 0 .5px rgb(0 0 0 / .5); }
.grip { position: absolute; top: 50%; left: 0; width: 38px; height: 38px; margin: -19px; border-radius: 50%; background: #fff; box-shadow: 0 1px 6px rgb(0 0 0 / .45); }
.grip::before { content: ''; position: absolute; inset: 0; background: linear-gradient(#333 0 0) 12px 50% / 2px 14px no-repeat, linear-gradient(#333 0 0) 24px 50% / 2px 14px no-repeat, linear-gradient(#333 0 0) 18px 50% / 2px 14px no-repeat; }
.divider:focus-visible .grip { box-shadow: 0 0 0 3px var(--accent), 0 1px 6px rgb(0 0 0 / .45); }
html:not(.live) .controls, html:not(.live) .divider, html:not(.live) .tag, html:not(.live) .stage { display: none; }
.gallery { display: grid; grid-template-columns: repeat(var(--cols, 4), 1fr); gap: 18px 14px; margin-top: 14px; }
.gallery figure { margin: 0; }
.gallery img { width: 100%; height: auto; display: block; border-radius: 4px; background: var(--faint); }
.gallery figcaption { margin-top: 6px; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 228px), 1fr)); gap: 20px 18px; }
.charts.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr)); }
.charts figure { margin: 0; }
.charts figcaption { color: var(--ink); font-size: 13px; margin-bottom: 2px; }
.charts figcaption .num { display: inline-grid; place-items: center; width: 1.55em; height: 1.55em; border: 1.3px solid currentColor; border-radius: 50%; font-size: .86em; font-weight: 600; margin-right: .4em; }
.charts figcaption .dim { color: var(--soft); }
.chart, .bar { width: 100%; height: auto; display: block; overflow: visible; }
.bar { max-width: 340px; margin: 14px auto 26px; }
.chart.broad { max-width: 640px; }
svg text { font-size: 11px; }
.tick, .label { fill: var(--soft); }
.rank { fill: var(--ink); }
.grid { stroke: var(--rule); stroke-width: .6; }
.axis { stroke: var(--soft); stroke-width: .8; }
.line { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linejoin: round; }
.dot { fill: currentColor; }
.area { fill: var(--area); opacity: .75; }
.truth { color: var(--truth); } .line.truth { stroke-width: 2.1; }
.surface { fill: var(--paper); stroke: currentColor; stroke-width: .8; }
.area + .line.truth { stroke: none; }
${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => `.s${i} { color: var(--c${i}); }`).join(' ')}
.line.s0 { stroke-dasharray: 4 3; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 18px; font-size: 13.5px; margin: 4px 0 16px; padding: 0; list-style: none; }
.legend li { display: inline-flex; align-items: center; gap: 7px; }
.legend svg { width: 24px; height: 10px; }
.legend text { fill: var(--ink); }
footer { margin-top: 64px; padding-top: 14px; border-top: 1px solid var(--rule); font-size: 13px; color: var(--soft); }
@media (max-width: 620px) {
  body { font-size: 16px; }
  main { padding: 0 16px 40px; }
  header { padding-top: 34px; }
  .facts { grid-template-columns: 1fr 1fr; gap: 12px 18px; }
  .pick { flex: 1 1 40%; } select { width: 100%; max-width: none; min-width: 0; }
  .choice { flex: 1 1 100%; } .choice label { flex: 1; text-align: center; }
  .gallery { grid-template-columns: 1fr 1fr; gap: 14px 10px; }
  .marks .pin { transform: scale(1.9); }
  .grip { width: 32px; height: 32px; margin: -16px; background-size: auto; }
  .grip::before { transform: scale(.84); }
}
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --faint: #eee; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  header { padding-top: 0; }
  .viewer, .screen-only { display: none; }
  figure, tr, .charts > *, .gallery > * { break-inside: avoid; }
  h2 { break-after: avoid; margin-top: 26pt; }
  .gallery { grid-template-columns: repeat(min(var(--cols, 4), 4), 1fr); }
  .charts { grid-template-columns: repeat(4, 1fr); } .charts.wide { grid-template-columns: repeat(3, 1fr); }
}
`;
