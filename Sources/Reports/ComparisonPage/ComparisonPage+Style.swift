extension ComparisonPage {
  /// Beside the rules of every page.
  static let style = """
    :root { --decode: #94a3b8; --preprocess: #0891b2; --network: #1d4ed8; --proposals: #ca8a04; --box-head: #ea580c;
      --postprocess: #16a34a; --rest: #e2e8f0; }
    @media (prefers-color-scheme: dark) { :root { --decode: #7c8aa0; --preprocess: #22b8d6; --network: #5b8cff;
      --proposals: #e3b341; --box-head: #ff8a4c; --postprocess: #4ac26b; --rest: #39424e; } }
    a { color: var(--a); }
    a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--a); outline-offset: 2px; }
    .skip { position: absolute; left: -999px; top: 8px; padding: 6px 12px; background: var(--paper); }
    .skip:focus { left: 8px; }
    .heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    nav ol { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 14px 0 0; padding: 0; list-style: none;
      font-size: 14px; }
    h3 { font-size: 16px; margin: 22px 0 8px; break-after: avoid; overflow-wrap: anywhere; }
    section { scroll-margin-top: 8px; }
    dl.findings { display: grid; grid-template-columns: max-content 1fr; gap: 8px 18px; margin: 12px 0; max-width: 90ch;
      overflow-wrap: anywhere; }
    dl.findings dt { font-weight: 650; } dl.findings dd { margin: 0; }
    dl.findings ul { margin: 0; padding-left: 1.1em; }
    .failures { border-left: 4px solid var(--b); padding: 2px 14px; margin: 12px 0; overflow-wrap: anywhere; }
    .failures ul { margin: 6px 0; padding-left: 1.1em; }
    .cards.entries div { max-width: 300px; } .cards.entries p { margin: 0 0 2px; font-size: 13px; }
    i.tag { display: inline-block; min-width: 18px; padding: 0 4px; border-radius: 9px; text-align: center;
      white-space: nowrap; overflow-wrap: normal;
      font: 600 12px/18px system-ui, "DejaVu Sans", sans-serif; color: var(--paper); }
    .legend i.tag { width: auto; height: auto; margin: 0; border-radius: 9px; }
    ul.legend { list-style: none; margin: 8px 0 12px; padding: 0; overflow-wrap: anywhere; }
    i.swatch { display: inline-block; width: 14px; height: 12px; border-radius: 2px; margin-right: 5px;
      vertical-align: -1px; }
    i.decode { background: var(--decode); } i.preprocess { background: var(--preprocess); }
    i.network { background: var(--network); } i.proposals { background: var(--proposals); }
    i.box-head { background: var(--box-head); } i.postprocess { background: var(--postprocess); }
    i.rest { background: var(--rest); outline: 1px solid var(--muted); outline-offset: -1px; }
    caption { max-width: calc(100vw - 48px); }
    caption span, .paper { color: var(--muted); font-weight: 400; font-size: 13px; }
    .scroll { margin: 10px 0; } table.figures th, table.figures td { padding: 3px 6px; }
    tbody th { min-width: 120px; } table.figures tbody th { min-width: 150px; max-width: 300px; }
    .groups { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 14px 22px; }
    .groups table { width: 100%; align-self: start; break-inside: avoid; }
    .groups th { min-width: 0; width: 28px; padding: 2px 6px 2px 0; border: 0; position: relative; }
    .groups td { border: 0; padding: 2px 0 2px 6px; } .groups td.n { width: 44px; } .groups caption span { display: block; } .groups td.bar { width: auto; min-width: 60px; padding: 2px 0; }
    .strips figure { margin: 8px 0; } .strips figcaption { font-weight: 500; }
    svg.flat { width: 100%; } td.strip { width: 240px; min-width: 160px; padding: 0; }
    svg.flat { overflow: visible; } td.zero { background: linear-gradient(var(--muted), var(--muted)) 0 0 / 1px 100% no-repeat; }
    table.forest thead th:last-child { text-align: left; } table.forest tbody th { min-width: 120px; }
    .axis td, .axis td.zero { border: 0; padding-top: 0; }
    td.words { min-width: 220px; font-size: 13px; } table.forest { width: 100%; }
    table.lineage td, table.lineage th { vertical-align: top; font-size: 13px; }
    table.lineage tbody th { min-width: 170px; font-weight: 650; } table.lineage td { min-width: 125px; }
    .paper { display: block; }
    details { margin: 10px 0; } summary { cursor: pointer; padding: 4px 0; font-weight: 500; overflow-wrap: anywhere; }
    code { font-size: 0.93em; overflow-wrap: anywhere; }
    .small figure { width: 220px; }
    .image { break-inside: avoid; }
    .pictures.side { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 12px; }
    .pictures.side figure { width: auto; }
    svg .thread { stroke: var(--muted); stroke-width: 0.8; fill: none; }
    svg .steps { stroke: var(--ink); stroke-width: 1.2; fill: none; opacity: 0.7; }
    svg .line.thin { stroke-width: 1.2; } svg .point { stroke: var(--paper); stroke-width: 1; }
    svg .ring { fill: var(--paper); stroke: var(--ink); stroke-width: 1.4; }
    svg text.label { font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
    svg text.label.a { fill: var(--a); } svg text.label.b { fill: var(--b); } svg text.label.c { fill: var(--c); }
    svg text.label.d { fill: var(--d); } svg text.label.e { fill: var(--e); } svg text.label.f { fill: var(--f); }
    svg text.label.g { fill: var(--g); } svg text.label.h { fill: var(--h); }
    svg .fill.decode, svg .fill.both { fill: var(--decode); } svg .fill.preprocess { fill: var(--preprocess); }
    svg .fill.network { fill: var(--network); } svg .fill.proposals { fill: var(--proposals); }
    svg .fill.box-head { fill: var(--box-head); } svg .fill.postprocess { fill: var(--postprocess); }
    svg .fill.rest { fill: var(--rest); }
    .narrow { display: none; }
    @media (max-width: 640px) { body { padding: 14px; } .wide { display: none; } .narrow { display: block; }
      h1 { font-size: 22px; } dl.findings { grid-template-columns: 1fr; gap: 2px; } dl.findings dd { margin-bottom: 8px; }
      .small figure { width: 100%; } .small svg { width: min(100%, 320px); }
      caption { max-width: calc(100vw - 28px); } table.lineage td { min-width: 170px; } .row > * { max-width: 100%; } }
    @media print { :root { --decode: #94a3b8; --preprocess: #0891b2; --network: #1d4ed8; --proposals: #ca8a04;
      --box-head: #ea580c; --postprocess: #16a34a; --rest: #e2e8f0; } body { padding: 0; font-size: 12px; }
      nav, .skip { display: none; } .scroll { overflow: visible; } table { font-size: 11px; } th, td { padding: 2px 4px; }
      table.figures th, table.figures td { padding: 2px 3px; } thead th { font-size: 10px; }
      td.strip { width: 150px; min-width: 120px; } td.words { min-width: 120px; font-size: 10px; }
      table.lineage td, table.lineage tbody th { font-size: 10px; min-width: 0; } .paper { font-size: 9px; }
      .pictures.side { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
      details.printed::details-content { content-visibility: visible; block-size: auto; opacity: 1; } }
    """
}
