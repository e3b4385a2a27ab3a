#pragma once

namespace gril {

/// The style sheet of every page, written for screens of 320 px and more, dark surroundings and
/// paper.
inline constexpr const char* kPageStyle = R"css(
:root { color-scheme: light dark; --page: #ffffff; --text: #1d2129; --soft: #5b6470;
  --line: #dfe3e8; --panel: #f6f8fa; --good: #007a56; --bad: #b34700; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --text: #e4e8ee; --soft: #9aa4b1;
  --line: #2e343d; --panel: #1b2027; --good: #3ecf9a; --bad: #ff9a5c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 36px 24px 64px; }
.kicker { margin: 0; color: var(--soft); font-size: 14px; letter-spacing: .02em;
  overflow-wrap: anywhere; }
h1 { margin: 2px 0 20px; font-size: 30px; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 44px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line);
  font-size: 20px; }
h3 { margin: 0 0 6px; font-size: 16px; }
p { margin: 0 0 12px; max-width: 74ch; }
.verdict { max-width: none; margin: 0 0 20px; padding: 16px 20px; border-left: 5px solid var(--bad);
  border-radius: 4px; background: var(--panel); font-size: 18px; line-height: 1.5; }
.verdict.agrees { border-color: var(--good); }
.verdict b { display: block; margin-bottom: 2px; color: var(--bad); font-size: 13px;
  letter-spacing: .06em; text-transform: uppercase; }
.verdict.agrees b { color: var(--good); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(300px, 45%), 1fr));
  gap: 12px; margin: 0 0 20px; }
.tiles div { padding: 12px 14px; border: 1px solid var(--line); border-radius: 6px; }
.tiles dt { color: var(--soft); font-size: 13px; line-height: 1.35; }
.tiles dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles dd.note { color: var(--soft); font-size: 13px; font-weight: 400; line-height: 1.35; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 15px; font-variant-numeric: tabular-nums; }
th, td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: 13px; white-space: nowrap; }
td.number { white-space: nowrap; }
td:first-child { min-width: 76px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr));
  gap: 28px 32px; margin: 16px 0; }
figure { margin: 0; min-width: 0; }
figure:only-child { max-width: 560px; }
.scroll + p { margin-top: 16px; }
figure svg { display: block; width: 100%; height: auto; color: var(--text); }
.legend { display: flex; flex-wrap: wrap; gap: 0 18px; margin: 0 0 4px; padding: 0;
  color: var(--soft); font-size: 13px; list-style: none; }
.legend svg { display: inline-block; width: 26px; height: 8px; margin-right: 7px; }
figcaption { margin-top: 6px; color: var(--soft); font-size: 14px; line-height: 1.45; }
details { margin-top: 8px; font-size: 14px; }
summary { color: var(--soft); cursor: pointer; }
details table { font-size: 13px; }
details th, details td { padding: 3px 12px 3px 0; }
details .scroll { max-height: 320px; overflow: auto; }
@media (max-width: 560px) { main { padding: 24px 16px 40px; } h1 { font-size: 25px; }
  .verdict { padding: 14px 16px; font-size: 17px; } table { font-size: 14px; } }
@media print { :root { --page: #fff; --text: #000; --soft: #444; --line: #ccc; --panel: #fff; }
  main { max-width: none; padding: 0; } h2 { break-after: avoid; } figure { break-inside: avoid; }
  .figures { grid-template-columns: 1fr 1fr; } details:not([open]) { display: none; } }
)css";

}  // namespace gril
