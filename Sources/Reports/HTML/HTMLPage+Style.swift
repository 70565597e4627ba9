extension HTMLPage {
  /// Of every page: text, tables, pictures and the eight colours of series, on paper, in light and in dark.
  static let style = """
    :root { --paper: #fff; --ink: #1b1f24; --muted: #57606a; --rule: #d0d7de; --a: #2563eb; --b: #c2410c;
      --c: #15803d; --d: #7c3aed; --e: #be185d; --f: #0e7490; --g: #854d0e; --h: #475569; }
    @media (prefers-color-scheme: dark) { :root { --paper: #14171c; --ink: #e6e9ee; --muted: #a0a9b4;
      --rule: #343b45; --a: #6ea8ff; --b: #ff9b66; --c: #5fd38a; --d: #b79bff;
      --e: #f58ac0; --f: #5fd0e0; --g: #e0b050; --h: #aab4c2; } }
    h2 { break-after: avoid; }
    @media print { :root { --paper: #fff; --ink: #000; --muted: #444; --rule: #bbb; --a: #2563eb; --b: #c2410c;
      --c: #15803d; --d: #7c3aed; --e: #be185d; --f: #0e7490; --g: #854d0e; --h: #475569; }
      section, figure, tr { break-inside: avoid; } section.long { break-inside: auto; } }
    * { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    body { margin: 0 auto; padding: 24px; max-width: 1080px; background: var(--paper); color: var(--ink);
      font: 15px/1.45 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
    h1 { font-size: 26px; line-height: 1.2; margin: 0 0 6px; overflow-wrap: anywhere; }
    h2 { font-size: 19px; margin: 36px 0 10px; padding-bottom: 4px; border-bottom: 1px solid var(--rule); }
    p { margin: 8px 0; max-width: 78ch; overflow-wrap: anywhere; }
    .protocol, .about { color: var(--muted); font-size: 14px; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
    th, td { padding: 3px 8px; text-align: left; border-bottom: 1px solid var(--rule); vertical-align: middle; }
    thead th { color: var(--muted); font-weight: 600; font-size: 13px; }
    tbody th { font-weight: 500; overflow-wrap: anywhere; }
    th.n { text-align: right; }
    td.n { text-align: right; white-space: nowrap; }
    td.bar { width: 220px; min-width: 90px; }
    td.bar i { display: block; height: 12px; border-radius: 2px; min-width: 1px; }
    i.a { background: var(--a); } i.b { background: var(--b); } i.c { background: var(--c); } i.d { background: var(--d); }
    i.e { background: var(--e); } i.f { background: var(--f); } i.g { background: var(--g); } i.h { background: var(--h); }
    .cards { display: flex; flex-wrap: wrap; gap: 10px; margin: 12px 0; }
    .cards div { border: 1px solid var(--rule); border-radius: 8px; padding: 8px 14px; min-width: 104px; }
    .cards b { display: block; font-size: 22px; line-height: 1.2; font-variant-numeric: tabular-nums; }
    .cards span { color: var(--muted); font-size: 13px; }
    .row { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; }
    .small { display: flex; flex-wrap: wrap; gap: 12px; }
    figure { margin: 0; max-width: 100%; }
    caption { text-align: left; font-weight: 600; font-size: 14px; padding: 4px 0; overflow-wrap: anywhere; }
    figcaption { font-weight: 600; font-size: 14px; margin: 4px 0; overflow-wrap: anywhere; }
    .small figure { width: 190px; } .small figcaption { font-size: 13px; font-weight: 500; }
    svg { display: block; max-width: 100%; height: auto; }
    svg text { fill: var(--muted); font-size: 11px; font-family: inherit; }
    svg text.note { fill: var(--ink); font-weight: 600; }
    svg .grid { stroke: var(--rule); stroke-width: 0.6; fill: none; }
    svg .mark { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 4 3; fill: none; }
    svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    svg .line.a { stroke: var(--a); } svg .line.b { stroke: var(--b); } svg .line.c { stroke: var(--c); }
    svg .line.d { stroke: var(--d); } svg .line.e { stroke: var(--e); } svg .line.f { stroke: var(--f); }
    svg .line.g { stroke: var(--g); } svg .line.h { stroke: var(--h); }
    svg .fill.a { fill: var(--a); } svg .fill.b { fill: var(--b); } svg .fill.c { fill: var(--c); }
    svg .fill.d { fill: var(--d); } svg .fill.e { fill: var(--e); } svg .fill.f { fill: var(--f); }
    svg .fill.g { fill: var(--g); } svg .fill.h { fill: var(--h); }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; color: var(--muted); margin-top: 2px; }
    .legend i { display: inline-block; width: 14px; height: 10px; border-radius: 2px; margin-right: 5px; }
    .columns { columns: 2 420px; column-gap: 32px; } .columns table { width: 100%; }
    .scroll { overflow-x: auto; }
    table.heat td, table.heat th { padding: 3px 6px; } table.heat td { text-align: right; }
    table.heat thead th { vertical-align: bottom; text-align: center; }
    table.heat svg { margin: 0 auto; } table.heat svg text { font-size: 12px; }
    table.heat td.zero { color: var(--muted); }
    .pictures { display: flex; flex-wrap: wrap; gap: 16px; } .pictures figure { width: 332px; }
    .pictures img { max-width: 100%; height: auto; border-radius: 4px; display: block; }
    .pictures figcaption { font-weight: 400; font-size: 13px; }
    """
}

/// The style sheet's colours on paper, for readers that do not apply a page's style to its pictures.
enum SVGPalette {
  /// Classes of the style sheet that tell series apart.
  static let kinds = ["a", "b", "c", "d", "e", "f", "g", "h"]

  static func color(_ kind: String) -> String {
    switch kind {
    case "a": "#2563eb"
    case "b": "#c2410c"
    case "c": "#15803d"
    case "d": "#7c3aed"
    case "e": "#be185d"
    case "f": "#0e7490"
    case "g": "#854d0e"
    default: "#475569"
    }
  }
}
