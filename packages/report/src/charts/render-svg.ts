import type { EChartsCoreOption } from 'echarts/core';
// One file loads in 40 ms; the parts that are drawn with, picked from its 585 modules, in 330.
import { init } from 'echarts/dist/echarts.esm.min';
import { type Html, trustedHtml } from '../page/html.ts';

/** `font-size:12px;font-family:…` → presentation attributes, which a strict style-src allows. */
function attributesOf(style: string): string {
  return style
    .split(';')
    .map((rule) => rule.split(':').map((part) => part.trim()))
    .filter(([name, value]) => name === 'font-size' && value !== undefined)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}

/** Leaves only what draws: no style element or attribute, no hover classes, no size but the viewBox. */
function plainSvg(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => attributesOf(style))
    .replace(/ (?:class|ecmeta_\w+|pointer-events|baseProfile|version|xmlns(?::xlink)?)="[^"]*"/g, '')
    .replace(/<rect [^>]*fill="none"><\/rect>\n?/, '')
    .replace(/<svg width="[^"]*" height="[^"]*"/, '<svg class="chart" aria-hidden="true"')
    .replaceAll(/>\s+</g, '><')
    .trim();
}

/**
 * Draws a chart to SVG on this machine; the page needs no script to show it. Colours may be CSS variables.
 * The drawing is hidden from screen readers: put the figures beside it as text.
 */
export function renderSvg(width: number, height: number, option: EChartsCoreOption): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, silent: true, ...option });
    return trustedHtml(plainSvg(chart.renderToSVGString()));
  } finally {
    chart.dispose();
  }
}
