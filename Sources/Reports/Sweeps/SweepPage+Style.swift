extension SweepPage {
  /// From the best fifth to the worst one: on either ground the best stand out most.
  private static let shades = [
    (light: "#053f70", dark: "#9fdcff"), (light: "#0072b2", dark: "#56b4e9"),
    (light: "#5a9fce", dark: "#3581b0"), (light: "#9ab8cc", dark: "#3d5f75"),
    (light: "#c3ccd4", dark: "#3b4650"),
  ]

  private static func variables(_ shade: (Int) -> String) -> String {
    shades.indices.map { "--shade-\($0):\(shade($0));" }.joined()
  }

  private static let looks =
    shades.indices.map { ".shade-\($0){--hue:var(--shade-\($0))}\n" }.joined()
    + (0..<6).map { ".rung-\($0){--hue:var(--hue-\($0))}\n" }.joined()

  static let style = HTML(
    stringLiteral: ComparisonPage.base + looks + """
      :root{\(variables { shades[$0].light })}
      @media (prefers-color-scheme:dark){:root{\(variables { shades[$0].dark })}}
      .lost{--hue:var(--bad)}
      .facts th{padding-right:1.5rem}
      .facts td{max-width:none}
      pre{margin:.25rem 0;font:13px/1.4 ui-monospace,monospace}
      .slices{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:1.25rem}
      .dot{fill:var(--hue);stroke:var(--hue);stroke-width:1.2}
      .dot.part{fill:var(--ground)}
      .cross{fill:none;stroke:var(--bad);stroke-width:1.4}
      .best{fill:none;stroke:var(--hue-1);stroke-width:1.6}
      .bar{fill:var(--hue)}
      .trial{fill:none;stroke:var(--hue);stroke-width:1.3;stroke-linejoin:round}
      .trial.part{opacity:.75}
      .trial.lost{stroke-dasharray:3 3;opacity:.6}
      .parallel{display:block}
      .parallel text{fill:var(--soft);font-size:12px}
      .parallel .name{fill:var(--ink)}
      .halo{paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}
      .share{fill:var(--hue-0)}
      .bars{min-width:12rem}
      .bars svg{width:100%;height:.7rem;display:block;margin-top:.35rem}
      .shade{width:.7rem;height:.7rem;vertical-align:middle}
      .probe{position:sticky;top:0;z-index:1;background:var(--ground);border:1px solid var(--line);\
      border-radius:6px;margin:1rem 0;padding:.25rem .8rem;max-height:30vh;overflow:auto}
      .probe .slider{margin:0;flex-wrap:wrap}
      .probe output{display:block;min-height:1.45em;font-variant-numeric:tabular-nums}
      .lit.dot{stroke:var(--hue-1);stroke-width:3.5}
      .lit.cross{stroke-width:3.5}
      .lit.trial{stroke:var(--hue-1);stroke-width:3.5;opacity:1;stroke-dasharray:none}
      .lit.bar{fill:var(--ink)}
      tr.lit{background:color-mix(in srgb,var(--hue-1) 18%,transparent)}
      .rungs tbody th{text-align:right}
      #points th,#points td{min-width:0;max-width:24rem;padding-left:.3rem;white-space:nowrap;overflow:hidden;\
      text-overflow:ellipsis}
      #points td.end,#points th.end{text-align:right}
      .sort{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer;\
      text-align:left;overflow-wrap:anywhere}
      [aria-sort=ascending] .sort::after{content:" \\2191"}
      [aria-sort=descending] .sort::after{content:" \\2193"}

      """)

  /// Lights a point wherever it is drawn, by the slider or by pointing at it, and sorts the table.
  static let script: HTML = """

    const table = document.getElementById('points');
    const slider = document.getElementById('point');
    const told = document.getElementById('told');
    const marks = new Map();
    for (const mark of document.querySelectorAll('[data-point]')) {
      const number = mark.dataset.point;
      if (!marks.has(number)) marks.set(number, []);
      marks.get(number).push(mark);
    }
    let lit = null;
    function light(number) {
      if (number === lit) return;
      for (const mark of marks.get(lit) || []) mark.classList.remove('lit');
      lit = number;
      for (const mark of marks.get(number) || []) {
        mark.classList.add('lit');
        if (mark.dataset.text && told) told.textContent = mark.dataset.text;
      }
    }
    if (slider) {
      const numbers = slider.dataset.points.split(',');
      slider.addEventListener('input', () => light(numbers[slider.value]));
      slider.addEventListener('focus', () => light(numbers[slider.value]));
      document.addEventListener('pointerover', (event) => {
        const mark = event.target.closest('[data-point]');
        if (!mark) return;
        light(mark.dataset.point);
        const place = numbers.indexOf(mark.dataset.point);
        if (place >= 0) slider.value = place;
      });
    }
    function sort(head, place) {
      const isUp = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      const value = (row) => {
        const cell = row.cells[place];
        return cell.dataset.sort === undefined ? cell.textContent : Number(cell.dataset.sort);
      };
      const rows = [...table.tBodies[0].rows].sort((one, other) => {
        const [a, b] = [value(one), value(other)];
        if (a === '' || b === '') return (a === '') - (b === '');
        const order = typeof a === 'number' && typeof b === 'number' ? a - b
          : String(a).localeCompare(String(b));
        return isUp ? order : -order;
      });
      table.tBodies[0].append(...rows);
    }
    if (table) {
      [...table.tHead.rows[0].cells].forEach((head, place) => {
        head.firstElementChild.addEventListener('click', () => sort(head, place));
      });
    }

    """
}
