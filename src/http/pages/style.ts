/** The style of all pages; `page-policy.ts` holds its hash. */
export const style = `:root{color-scheme:light dark;--back:#f5f6f8;--card:#fff;--text:#1b1f24;--dim:#56606b;--line:#dde1e6;--link:#0a56c2;--up:#0f6a36;--down:#b3261e;--stale:#8a4a00;--curve:#2f6bd0;--area:#2f6bd022;--track:#e3e7ec;--why:#fdf0ef}
@media (prefers-color-scheme:dark){:root{--back:#0e1115;--card:#171b21;--text:#e7eaef;--dim:#a0abb8;--line:#2b323b;--link:#8cb6ff;--up:#6fd695;--down:#ffa198;--stale:#f2b866;--curve:#7fabf8;--area:#7fabf82e;--track:#2b323b;--why:#2a1917}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:88rem;padding:0 1rem 2rem;background:var(--back);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
h1,h2,h3,p,ul,ol,dl,dd,figure{margin:0;padding:0}
ul,ol{list-style:none}
h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.01em}
h2{font-size:1.05rem;margin:1.75rem 0 .6rem}
h3{font-size:.95rem;line-height:1.3}
small,.dim,dt,figcaption,th{color:var(--dim)}
small,.dim,dt,th,figcaption,footer,.curve.empty{font-size:.8rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.top{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:end;justify-content:space-between;padding:1.5rem 0 1rem}
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between;margin-bottom:.75rem}
.tools ul{display:flex;flex-wrap:wrap;gap:.35rem}
.tools li a{display:block;padding:.25rem .7rem;border:1px solid var(--line);border-radius:99px;background:var(--card);color:var(--text);text-decoration:none}
.tools li a[aria-current]{border-color:var(--text);font-weight:600}
form{display:flex;gap:.35rem}
button{white-space:nowrap}
input,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--dim);border-radius:6px;padding:.25rem .6rem}
input{min-width:0;width:15rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.9rem 1rem}
.card h2{margin-top:0}
.card+.card{margin-top:.6rem}
.topologies{display:grid;gap:.6rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));margin:.6rem 0}
.topologies .card{margin-top:0}
.state+.dim,p>.dim{white-space:nowrap}
.cards{display:grid;gap:.6rem}
.cards .card{margin-top:0}
.target{display:grid;gap:.8rem 1.5rem;border-left:4px solid var(--line)}
.target.up{border-left-color:var(--up)}.target.down{border-left-color:var(--down)}.target.stale{border-left-color:var(--stale)}
.state{font-weight:600;white-space:nowrap}
.up>.state,.state.up{color:var(--up)}.down>.state,.state.down,.fails{color:var(--down)}.state.stale{color:var(--stale)}.state.waiting{color:var(--dim)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(6.4rem,1fr));gap:.5rem .9rem;align-content:start}
.facts dd{font-weight:600;line-height:1.3}
.facts dd small{display:block;font-weight:400}
.curves{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.9rem}
.curves small,.curves b{display:block;line-height:1.3}
svg{display:block}
.curve{width:100%;height:30px;margin-top:.2rem;overflow:visible}
.curve.large{height:110px;margin-top:.5rem}
.curve.empty{color:var(--dim)}
.curve path{fill:none;stroke:var(--curve);stroke-width:1.5px;stroke-linecap:round;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.curve .area{fill:var(--area);stroke:none}
.bar{width:100%;height:5px;margin-top:.25rem;border-radius:3px;overflow:hidden;background:var(--track)}
.bar rect{fill:var(--curve)}.bar .full{fill:var(--down)}
.why{background:var(--why);border-radius:8px;padding:.6rem .8rem}
.why p+p{margin-top:.3rem}
.grid{display:grid;gap:.6rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr))}
.grid .card{margin-top:0}
.axis{display:flex;justify-content:space-between}
.figure b{font-size:1.25rem;line-height:1.3}
table{width:100%;border-collapse:collapse}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
tr:last-child>td{border-bottom:0}
th{font-weight:500;overflow-wrap:normal}
span.fails{white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap}
progress{width:100%;height:.6rem;accent-color:var(--curve)}
.slots{width:100%;height:16px;margin:.5rem 0;border-radius:4px;overflow:hidden;background:var(--track)}
.c0{fill:#2f6bd0;color:#2f6bd0}.c1{fill:#12876f;color:#12876f}.c2{fill:#8b5cc4;color:#8b5cc4}.c3{fill:#b8701a;color:#b8701a}.c4{fill:#c04a7d;color:#c04a7d}.c5{fill:#5f7d1f;color:#5f7d1f}.lost{fill:var(--down);color:var(--down)}.unowned{fill:var(--track)}
.members{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.3rem 1.2rem}
.pages{display:flex;gap:1rem;justify-content:space-between;margin:.9rem 0}
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.8rem;color:var(--dim)}
footer ul{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem}
@media (min-width:44rem){td:first-child{min-width:6rem}.target{grid-template-columns:minmax(0,1fr) minmax(0,1.5fr)}.curves,.target .why{grid-column:1/-1}.target .why{grid-column:2}}
@media (min-width:72rem){.target{grid-template-columns:minmax(0,1.15fr) minmax(0,1.7fr) minmax(0,1.5fr)}.target .curves{grid-column:3}}
@media (max-width:30rem){th,td{padding-right:.4rem;font-size:.8rem}td.number{white-space:normal}form,input{width:100%}.facts{grid-template-columns:repeat(3,minmax(0,1fr))}}`
