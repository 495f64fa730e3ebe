import { formatValue } from './format-value.ts';
import { raise } from './python-error.ts';
import { repr, str } from './show.ts';
import { Dict, Tuple, type Value } from './values.ts';

const PLACE = /%(?:\((\w+)\))?([-+ 0#]*)(\d+)?(?:\.(\d+))?([diouxXeEfFgGcrsa%])/g;

/** Python's `text % values`. */
export function formatPercent(text: string, values: Value): string {
  const list = values instanceof Tuple ? values.entries : [values];
  let at = 0;
  const made = text.replaceAll(
    PLACE,
    (_, name: string | undefined, flags: string, width = '', precision, type: string) => {
      if (type === '%') return '%';
      const value = name === undefined ? list[at++] : values instanceof Dict ? values.get(name) : undefined;
      if (value === undefined) return raise('TypeError', 'not enough arguments for format string');
      const align = flags.includes('-') ? '<' : '>';
      const digits = precision === undefined ? '' : `.${precision}`;
      if (type === 's' || type === 'r' || type === 'a')
        return formatValue(type === 's' ? str(value) : repr(value), `${align}${width}${digits}`);
      const number = type === 'd' || type === 'i' || type === 'u' ? truncated(value) : value;
      const fill = flags.includes('0') && align === '>' ? '0' : '';
      const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
      const code = type === 'i' || type === 'u' ? 'd' : type;
      return formatValue(number, `${fill === '' ? align : ''}${sign}${fill}${width}${digits}${code}`);
    },
  );
  if (!(values instanceof Dict) && at < list.length)
    raise('TypeError', 'not all arguments converted during string formatting');
  return made;
}

function truncated(value: Value): Value {
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  if (typeof value === 'string') return raise('TypeError', '%d format: a real number is required, not str');
  return value;
}
