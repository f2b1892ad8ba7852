/** The split view: two pictures of one place under a divider, in two colour rules, whole or 1:1. */

import { escapeHtml, short } from '../escape.js';

/** Everything that can stand on either side. */
export interface Layer {
  readonly key: string;
  readonly label: string;
  /** Data URIs by what is shown; PAN has one picture for both colour rules. */
  readonly pictures: readonly {
    readonly color: 'true' | 'false' | 'any';
    readonly view: 'whole' | 'detail';
    readonly uri: string;
  }[];
}

export interface Frame {
  /** Of the scene, in PAN pixels. */
  readonly height: number;
  readonly width: number;
  readonly detail: { row: number; col: number; height: number; width: number };
  readonly points: readonly { readonly name: string; readonly row: number; readonly col: number }[];
  readonly left: string;
  readonly right: string;
  readonly falseColor: boolean;
}

export function viewer(layers: readonly Layer[], frame: Frame): string {
  const { height, width, detail, points, left, right, falseColor } = frame;
  const options = (chosen: string) =>
    layers
      .map(
        ({ key, label }) =>
          `<option value="${escapeHtml(key)}"${key === chosen ? ' selected' : ''}>${escapeHtml(label)}</option>`,
      )
      .join('');
  const images = layers
    .flatMap(({ key, label, pictures }) =>
      pictures.map(
        ({ color, view, uri }) =>
          `<img src="${uri}" alt="${escapeHtml(`${label}, ${view === 'whole' ? 'whole scene' : 'detail'}`)}" data-layer="${escapeHtml(key)}" data-color="${color}" data-view="${view}" draggable="false" hidden>`,
      ),
    )
    .join('\n');
  const size = Math.max(height, width);
  const marks = points
    .map(({ name, row, col }, i) => {
      const [x, y] = [short(col + 0.5), short(row + 0.5)];
      return (
        `<g transform="translate(${x} ${y}) scale(${short(size / 1000, 4)})"><title>${escapeHtml(name)}</title>` +
        `<g class="pin"><circle r="13"/><text text-anchor="middle" dy=".36em">${i + 1}</text></g></g>`
      );
    })
    .join('');
  const toggle = (name: string, choices: readonly [string, string][]) =>
    `<div class="choice" role="radiogroup" aria-label="${name}">${choices
      .map(
        ([value, label], i) =>
          `<label><input type="radio" name="${name}" value="${value}"${i === 0 ? ' checked' : ''}><span>${label}</span></label>`,
      )
      .join('')}</div>`;
  return `<div class="viewer" id="viewer" data-left="${escapeHtml(left)}" data-right="${escapeHtml(right)}">
<div class="controls">
<label class="pick"><span>Left</span><select id="left">${options(left)}</select></label>
<label class="pick"><span>Right</span><select id="right">${options(right)}</select></label>
${
  falseColor
    ? toggle('color', [
        ['true', 'True colour'],
        ['false', 'False colour'],
      ])
    : ''
}
${toggle('view', [
  ['whole', 'Whole scene'],
  ['detail', 'Detail 1:1'],
])}
${points.length > 0 ? '<label class="check"><input type="checkbox" id="show-points" checked><span>Points</span></label>' : ''}
</div>
<div class="stage" id="stage" style="--ratio:${short(width / height, 5)};--detail-ratio:${short(detail.width / detail.height, 5)};--split:50%">
${images}
<svg class="marks" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
<rect class="window" x="${detail.col}" y="${detail.row}" width="${detail.width}" height="${detail.height}"/><g class="points">${marks}</g></svg>
<span class="tag left" id="tag-left"></span><span class="tag right" id="tag-right"></span>
<div class="divider" id="divider" role="slider" tabindex="0" aria-label="Divider between the two pictures" aria-orientation="horizontal" aria-valuemin="0" aria-valuemax="100" aria-valuenow="50" aria-valuetext="50 percent"><span class="grip" aria-hidden="true"></span></div>
</div>
</div>`;
}
