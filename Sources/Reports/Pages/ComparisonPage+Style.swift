extension ComparisonPage {
  /// Colours of the curves on a light and on a dark ground: Okabe and Ito's, which those who see few
  /// colours tell apart (jfly.uni-koeln.de/color), the yellow and the black changed for the grounds.
  private static let hues = [
    (light: "#0072b2", dark: "#56b4e9"), (light: "#d55e00", dark: "#ff8c42"),
    (light: "#008060", dark: "#2fd3a0"), (light: "#a8467f", dark: "#e58bc1"),
    (light: "#8a6d00", dark: "#f0d648"), (light: "#4a4a9c", dark: "#a9a9ff"),
  ]

  /// How the strokes of the first six curves, of the next six and so on are broken.
  private static let dashes = [
    "none", "6 3", "2 3", "10 3 2 3", "10 3 2 3 2 3", "1 5", "14 4", "4 6", "8 2 1 2",
  ]

  private static let mostRuns = 50

  /// Each run's colour and dashes, and what hides it.
  private static var runs: String {
    (0..<mostRuns).map { run in
      """
      .run-\(run){--hue:var(--hue-\(run % hues.count))}
      path.run-\(run){stroke-dasharray:\(dashes[run / hues.count])}
      body:has(#show-\(run):not(:checked)) main .run-\(run){display:none}

      """
    }.joined()
  }

  private static func variables(_ hue: (Int) -> String) -> String {
    hues.indices.map { "--hue-\($0):\(hue($0));" }.joined()
  }

  static let style = HTML(stringLiteral: base + runs)

  /// What pages of all kinds look like.
  static let base = """

    :root{color-scheme:light dark;--ground:#fff;--ink:#1b1f24;--soft:#596069;--line:#d8dee4;--good:#116329;\
    --bad:#b3261e;\(variables { hues[$0].light })}
    @media (prefers-color-scheme:dark){:root{--ground:#0f1318;--ink:#e8ecf0;--soft:#9aa4af;--line:#30363d;\
    --good:#5ddb83;--bad:#ff8a80;\(variables { hues[$0].dark })}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:1rem;max-width:90rem;background:var(--ground);color:var(--ink);\
    font:15px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
    h1{font-size:1.5rem;margin:0 0 .75rem}
    h2{font-size:1.15rem;margin:1.75rem 0 .5rem}
    :focus-visible{outline:2px solid var(--hue-0);outline-offset:2px}
    .legend{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;border:1px solid var(--line);border-radius:6px;\
    margin:0;padding:.4rem .8rem;position:sticky;top:0;background:var(--ground);z-index:1;\
    max-height:30vh;overflow:auto;min-width:0}
    .legend legend{color:var(--soft)}
    .legend label{display:flex;align-items:center;gap:.4rem}
    .swatch{width:24px;height:8px;flex:none}
    .wide{overflow-x:auto}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums}
    th,td{padding:.25rem .9rem .25rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);\
    overflow-wrap:normal}
    td,thead th{max-width:24rem;overflow-wrap:anywhere;min-width:8rem}
    tbody th{font-weight:normal;color:var(--soft);white-space:pre}
    .numbers td,.numbers thead th{text-align:right}
    .numbers td{white-space:nowrap}
    .good{color:var(--good);font-weight:600}
    .bad{color:var(--bad)}
    .faint,figcaption{color:var(--soft)}
    figcaption b{color:var(--ink)}
    .charts,.reels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(22rem,100%),1fr));gap:1.25rem}
    figure{margin:0;min-width:0}
    .chart svg{width:100%;height:auto;display:block;overflow:visible}
    .chart text{fill:var(--soft);font-size:12px}
    .end{text-anchor:end}
    .middle{text-anchor:middle}
    .axis{fill:none;stroke:var(--soft)}
    .grid{stroke:var(--line)}
    .curve,.mark{fill:none;stroke:var(--hue);stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
    path.mark{stroke-dasharray:none}
    .curve:hover{stroke-width:3}
    .reel{border-top:3px solid var(--hue)}
    .reel img{width:100%;height:auto;image-rendering:pixelated;display:block}
    .reel img[hidden]{display:none}
    .slider{display:flex;align-items:center;gap:.75rem;margin:.5rem 0 1rem}
    .slider input{flex:1;min-width:0;max-width:40rem}

    """

  /// The slider: each run shows its newest grid of the chosen epoch or before.
  static let script: HTML = """

    const slider = document.getElementById('epoch');
    const epochs = slider.dataset.epochs.split(',').map(Number);
    function show() {
      const epoch = epochs[slider.value];
      document.getElementById('epoch-shown').textContent = epoch;
      slider.setAttribute('aria-valuetext', 'epoch ' + epoch);
      for (const reel of document.querySelectorAll('.reel')) {
        let newest = null;
        for (const picture of reel.querySelectorAll('img')) {
          picture.hidden = true;
          if (Number(picture.dataset.epoch) <= epoch) newest = picture;
        }
        if (newest) newest.hidden = false;
        reel.querySelector('.at').textContent = newest ? 'epoch ' + newest.dataset.epoch : 'none yet';
      }
    }
    slider.addEventListener('input', show);
    show();

    """
}
